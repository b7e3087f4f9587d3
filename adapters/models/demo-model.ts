import { setTimeout as delay } from 'node:timers/promises';
import type { Model, ModelRequest, StreamEvent } from '@openai/agents';
import { demoTurn } from './demo-script.ts';

/** How many words go out together: a model's server sends more than one token at a time too. */
const wordsPerDelta = 2;

interface Options {
  readonly tokensPerSecond: number;
  /** Waits; rejects when the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

const realPause = (ms: number, signal: AbortSignal | undefined) => delay(ms, undefined, signal ? { signal } : {});

/** `demo/scripted`: a model that needs no key and no network. It streams at a model's pace and drives the real tools. */
export function createDemoModel({ tokensPerSecond, pause = realPause }: Options): Model {
  async function* stream(request: ModelRequest): AsyncIterable<StreamEvent> {
    const turn = demoTurn(readRequest(request));
    yield { type: 'response_started' };
    if (turn.kind === 'call') {
      yield done(
        request,
        turn.calls.map(({ tool, arguments: args }, index) => ({
          type: 'function_call',
          callId: `call_${callNumber(request)}_${index + 1}`,
          name: tool,
          arguments: JSON.stringify(args),
          status: 'completed',
        })),
      );
      return;
    }
    const words = turn.text.match(/\S+\s*/g) ?? [];
    for (let start = 0; start < words.length; start += wordsPerDelta) {
      yield { type: 'output_text_delta', delta: words.slice(start, start + wordsPerDelta).join('') };
      await pause((wordsPerDelta * 1000) / tokensPerSecond, request.signal);
    }
    yield done(request, [
      {
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: turn.text }],
      },
    ]);
  }

  return {
    getStreamedResponse: stream,
    getResponse: () => Promise.reject(new Error('demo/scripted only streams')),
  };
}

type Output = Extract<StreamEvent, { type: 'response_done' }>['response']['output'];

function done(request: ModelRequest, output: Output): StreamEvent {
  const inputTokens = countWords(JSON.stringify(request.input)) + countWords(request.systemInstructions ?? '');
  const outputTokens = countWords(JSON.stringify(output));
  return {
    type: 'response_done',
    response: {
      id: `demo_${callNumber(request)}`,
      usage: { requests: 1, inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
      output,
    },
  };
}

const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;

/** Numbers calls by the length of the conversation, so that the same request has the same ids. */
const callNumber = ({ input }: ModelRequest): number => (typeof input === 'string' ? 1 : input.length);

function readRequest({ input, tools, handoffs }: ModelRequest) {
  const items = typeof input === 'string' ? [{ role: 'user' as const, content: input }] : input;
  const asked = items.findLastIndex((item) => 'role' in item && item.role === 'user');
  const user = items[asked];
  const content = user && 'content' in user ? user.content : '';
  return {
    message: typeof content === 'string' ? content : JSON.stringify(content),
    results: items
      .slice(asked + 1)
      .flatMap((item) =>
        'type' in item && item.type === 'function_call_result'
          ? [{ tool: item.name, output: outputText(item.output) }]
          : [],
      ),
    tools: [
      ...tools.flatMap((tool) => (tool.type === 'function' ? [tool.name] : [])),
      ...handoffs.map(({ toolName }) => toolName),
    ],
  };
}

function outputText(output: unknown): string {
  if (typeof output === 'string') return output;
  if (typeof output === 'object' && output !== null && 'text' in output) return String(output.text);
  return JSON.stringify(output);
}
