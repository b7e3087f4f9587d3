import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Model, ModelRequest, StreamEvent } from '@openai/agents';
import { platformCredentials } from '#core/domain/platform-credentials.ts';
import type { AgentStep, AgentTask } from '#core/ports/agent-runner.ts';
import { newId, samplePrepared, samplePreparedAgent, sampleTaskParts } from '#core/ports/samples.contract.ts';
import type { Tool } from '#core/ports/tool.ts';
import { defaultRunLimits } from '#core/protocol/agent.ts';
import type { Item } from '#core/protocol/item.ts';
import { createMemoryBlobStore } from '../memory/memory-blob-store.ts';
import { createModelResolver } from './model-resolver.ts';
import { defaultRetryPolicy } from './model-retry.ts';
import { createOpenAiAgentRunner } from './openai-agent-runner.ts';
import type { EngineDeps } from './run-engine.ts';

const at = '2026-11-21T09:00:00.000Z';

export const userMessage = (text: string): Item => ({
  type: 'user_message',
  id: newId('itm'),
  runId: newId('run'),
  createdAt: at,
  text,
});

type TaskFields = Partial<AgentTask> & {
  tools?: string[];
  model?: string;
  maxTurns?: number;
};

const policy = { approval: 'never' as const };

export function sampleTask({
  tools = [],
  model = 'openai/gpt-test',
  maxTurns = 10,
  ...fields
}: TaskFields = {}): AgentTask {
  const agent = samplePreparedAgent({
    model,
    tools: tools.map((name) => ({ name, policy })),
    limits: { ...defaultRunLimits, maxTurns },
  });
  return {
    ...sampleTaskParts(samplePrepared(agent), newId('run')),
    history: [userMessage('Hello')],
    signal: new AbortController().signal,
    ...fields,
  };
}

/** Time and chance of a runner that does not wait: it is told of how long it would have. */
export const impatient = (waited: number[] = []) => ({
  now: Date.now,
  random: () => 0.5,
  wait: (ms: number, signal: AbortSignal) =>
    ms >= defaultRetryPolicy.stallMs
      ? new Promise<void>((_, reject) => signal.addEventListener('abort', reject, { once: true }))
      : Promise.resolve(void waited.push(ms)),
});

/** What a runner of a test is made of, but for its models: it has no tools, waits for nothing and tries once. */
export const plainDeps = (): Omit<EngineDeps, 'findModel'> => ({
  tools: [],
  blobs: createMemoryBlobStore(),
  retry: { ...defaultRetryPolicy, mostTries: 1 },
  onError: () => {},
  ...impatient(),
});

interface ModelSettings {
  readonly openaiApiKey: string | undefined;
  readonly openaiBaseUrl: string;
  readonly ollamaBaseUrl: string | undefined;
}

/** The models of a deployment that lends its keys, and of workspaces that have none. */
function modelsOf(settings: Partial<ModelSettings>) {
  const { openaiApiKey, openaiBaseUrl, ollamaBaseUrl } = {
    openaiApiKey: 'key-of-the-deployment',
    openaiBaseUrl: 'http://127.0.0.1:9/v1',
    ...settings,
  };
  const lent = platformCredentials({
    LEND_PLATFORM_KEYS_TO: 'everyone',
    OPENAI_API_KEY: openaiApiKey,
    OPENAI_BASE_URL: openaiBaseUrl,
    OLLAMA_BASE_URL: ollamaBaseUrl,
  });
  return createModelResolver({
    credentials: { find: async ({ provider }) => lent[provider] ?? null },
    demoTokensPerSecond: 1000,
    allowPrivateServers: false,
  });
}

/** Runs a task to its end on a model server; what it did, and the errors that were logged. */
export async function runTask(
  task: AgentTask,
  settings: Partial<ModelSettings> = {},
  tools: Tool[] = [],
  onStep: (step: AgentStep) => void = () => {},
  more: Partial<EngineDeps> = {},
) {
  const errors: unknown[] = [];
  const runner = createOpenAiAgentRunner({
    ...plainDeps(),
    findModel: async (model, context) => (await modelsOf(settings).resolve({ model, ...context })).model,
    tools,
    onError: (error) => errors.push(error),
    ...more,
  });
  const steps: AgentStep[] = [];
  for await (const step of runner.run(task)) {
    steps.push(step);
    onStep(step);
  }
  return { steps, errors };
}

/** What was said, joined; of the messages, or of the reasoning. */
export function textOf(steps: readonly AgentStep[], kind: 'message_started' | 'reasoning_started' = 'message_started') {
  const keys = new Set(steps.flatMap((step) => (step.type === kind ? [step.key] : [])));
  return steps.flatMap((step) => (step.type === 'text' && keys.has(step.key) ? [step.text] : [])).join('');
}

export const endsOf = (steps: readonly AgentStep[]) => steps.flatMap((step) => (step.type === 'ended' ? [step] : []));

/** A server on a free loopback port that answers as it is told. */
export async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Server-sent events, as both formats of OpenAI are. */
export const sse = (...events: object[]): string =>
  events
    .map((event) => `${'type' in event ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`)
    .join('');

export const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-test',
  choices: [{ index: 0, delta, finish_reason }],
});

type Output = Extract<StreamEvent, { type: 'response_done' }>['response']['output'];
export type Turn = (request: ModelRequest) => Output | Promise<Output>;

export const text = (said: string): Output => [
  { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: said }] },
];
export const call = (callId: string, name: string, args: object = {}): Output[number] => ({
  type: 'function_call',
  callId,
  name,
  arguments: JSON.stringify(args),
  status: 'completed',
});

/** A model that answers by what it is asked, and notes how often it was. */
export function createModel(turn: Turn) {
  const asked: ModelRequest[] = [];
  const model: Model = {
    getResponse: () => Promise.reject(new Error('only streams')),
    async *getStreamedResponse(request) {
      const { signal: _, ...plain } = request;
      asked.push(structuredClone(plain));
      const output = await turn(request);
      for (const item of output) {
        if (item.type !== 'message') continue;
        for (const part of item.content) {
          if (part.type !== 'output_text') continue;
          for (const word of part.text.split(/(?<= )/)) yield { type: 'output_text_delta', delta: word };
        }
      }
      yield {
        type: 'response_done',
        response: { id: '', output, usage: { requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 } },
      };
    },
  };
  return { model, asked };
}
