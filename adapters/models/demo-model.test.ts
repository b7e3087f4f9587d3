import { expect, it } from 'vitest';
import * as z from 'zod';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import type { Tool } from '#core/ports/tool.ts';
import { createDemoModel } from './demo-model.ts';
import { createOpenAiAgentRunner } from './openai-agent-runner.ts';
import { endsOf, plainDeps, sampleTask, textOf, userMessage } from './testing.ts';

const clock: Tool = {
  kind: 'server',
  idempotent: true,
  name: 'current_time',
  description: 'Tells the time.',
  parameters: z.object({ timeZone: z.string().nullable() }),
  execute: async (args) => `noon in ${z.object({ timeZone: z.string() }).parse(args).timeZone}`,
};

type Pause = NonNullable<Parameters<typeof createDemoModel>[0]['pause']>;

async function runDemo(task: Parameters<typeof sampleTask>[0], pause: Pause = async () => {}) {
  const demo = createDemoModel({ tokensPerSecond: 20, pause });
  const onError = (error: unknown) => {
    throw error;
  };
  const runner = createOpenAiAgentRunner({ ...plainDeps(), findModel: () => demo, tools: [clock], onError });
  const steps: AgentStep[] = [];
  for await (const step of runner.run(sampleTask({ model: 'demo/scripted', ...task }))) steps.push(step);
  return steps;
}

it('calls a real tool, and then says what it gave back', async () => {
  const steps = await runDemo({ tools: ['current_time'], history: [userMessage('What time is it in Tokyo?')] });

  expect(steps.slice(0, 4).map(({ type }) => type)).toEqual([
    'model_answered',
    'tool_called',
    'tool_started',
    'tool_ended',
  ]);
  expect(textOf(steps)).toContain('The tool says: **noon in Asia/Tokyo**');
  expect(endsOf(steps)).toEqual([{ type: 'ended', result: { status: 'completed' } }]);
});

it('answers the last message, not a call of an earlier one', async () => {
  const earlier = await runDemo({
    tools: ['current_time'],
    history: [userMessage('What time is it?'), userMessage('Hi')],
  });

  expect(textOf(earlier)).toMatch(/^Hello! You wrote "Hi"/);
});

it('keeps the pace of its tokens per second', async () => {
  const pauses: number[] = [];

  const steps = await runDemo({}, async (ms) => void pauses.push(ms));

  const words = textOf(steps).match(/\S+/g)?.length ?? 0;
  expect(pauses).toEqual(Array.from({ length: Math.ceil(words / 2) }, () => 100));
  expect(steps.filter(({ type }) => type === 'text')).toHaveLength(pauses.length);
});

it('counts its words as tokens', async () => {
  const steps = await runDemo({});

  const answered = steps.find((step) => step.type === 'model_answered');
  expect(answered?.usage.modelCalls).toBe(1);
  expect(answered?.usage.inputTokens).toBeGreaterThan(0);
  expect(answered?.usage.outputTokens).toBeGreaterThan(10);
});

it('falls silent as soon as it is stopped', async () => {
  const controller = new AbortController();

  const steps = await runDemo({ signal: controller.signal }, async (_ms, signal) => {
    controller.abort();
    signal?.throwIfAborted();
  });

  expect(textOf(steps)).toBe('Hello! You ');
  expect(endsOf(steps)).toEqual([{ type: 'ended', result: { status: 'aborted' } }]);
});
