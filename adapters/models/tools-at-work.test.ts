import { expect, it } from 'vitest';
import * as z from 'zod';
import type { JournalEntry } from '#core/domain/journal.ts';
import type { AgentStep, StopReason } from '#core/ports/agent-runner.ts';
import { newId, samplePrepared, samplePreparedAgent, sampleRunJournal } from '#core/ports/samples.contract.ts';
import type { ServerTool, Tool } from '#core/ports/tool.ts';
import { createOpenAiAgentRunner } from './openai-agent-runner.ts';
import { call, createModel, plainDeps, sampleTask } from './testing.ts';

const never = { approval: 'never' as const };
const always = { approval: 'always' as const, decider: 'requester_or_admin' as const, expiresInSeconds: 600 };

/** A run whose model calls tools once; it is stopped as soon as they are at work. */
function stoppedRun(tools: readonly Tool[], reason: StopReason, patience: Promise<void> = new Promise(() => {})) {
  const controller = new AbortController();
  const entries: JournalEntry[] = [];
  const { model, asked } = createModel(() => tools.map(({ name }, index) => call(`c${index}`, name)));
  const agent = samplePreparedAgent({ tools: tools.map(({ name, policy = never }) => ({ name, policy })) });
  const runner = createOpenAiAgentRunner({
    ...plainDeps(),
    findModel: () => model,
    tools,
    wait: (ms, signal) =>
      ms === 10_000 ? patience : new Promise((_, reject) => signal.addEventListener('abort', reject, { once: true })),
  });
  const task = sampleTask({
    prepared: samplePrepared(agent),
    journal: sampleRunJournal(entries),
    signal: controller.signal,
  });
  const steps: AgentStep[] = [];
  const atWork = tools.filter(({ kind, policy }) => kind === 'server' && policy?.approval !== 'always').length;
  const ended = (async () => {
    for await (const step of runner.run(task)) {
      steps.push(step);
      if (steps.filter(({ type }) => type === 'tool_started').length === atWork) controller.abort(reason);
    }
    return steps;
  })();
  return { steps, ended, entries, asked, signal: controller.signal };
}

const tool = (name: string, execute: ServerTool['execute'], policy: Tool['policy'] = never): ServerTool => ({
  kind: 'server',
  name,
  description: name,
  parameters: z.object({}),
  idempotent: false,
  policy,
  execute,
});

const deaf = (name: string) => {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { tool: tool(name, () => promise), finish: resolve };
};
const obedient = tool('obedient', (_args, { signal }) => {
  const { promise, reject } = Promise.withResolvers<string>();
  signal.addEventListener('abort', () => reject(new Error('told to stop')));
  return promise;
});

const journaled = (entries: readonly JournalEntry[], type: JournalEntry['type']) =>
  entries.filter((entry) => entry.type === type);
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

it.each(['cancelled', 'timed_out'] as const)(
  'a run that is %s ends only when its tools have, and its journal says what they did',
  async (reason) => {
    const { tool: charge, finish } = deaf('charge');
    const { steps, ended, entries, asked, signal } = stoppedRun([charge], reason);
    while (!signal.aborted) await soon();
    await soon();
    expect(steps.at(-1)).toMatchObject({ type: 'tool_started' });

    finish('Charged 5 EUR.');
    await ended;

    expect(steps.slice(-2)).toMatchObject([
      { type: 'tool_ended', ok: true, output: 'Charged 5 EUR.' },
      { type: 'ended', result: { status: 'aborted' } },
    ]);
    expect(steps.at(-1)).not.toHaveProperty('result.leftWorking');
    expect(journaled(entries, 'tool_done')).toMatchObject([{ ok: true, output: 'Charged 5 EUR.' }]);
    expect(asked).toHaveLength(1);
  },
);

it('does not take the error of a tool that was told to stop for its result', async () => {
  const { ended, entries } = stoppedRun([obedient], 'cancelled');

  const steps = await ended;

  expect(steps.slice(-2)).toMatchObject([
    { type: 'tool_ended', ok: false, output: expect.stringContaining('may have had its effect or not') },
    { type: 'ended', result: { status: 'aborted' } },
  ]);
  expect(journaled(entries, 'tool_started')).toHaveLength(1);
  expect(journaled(entries, 'tool_done')).toEqual([]);
});

it('says of a tool that does not stop in time that it was left at work, and hears nothing of it any more', async () => {
  const { tool: endless, finish } = deaf('endless');
  const { ended, entries } = stoppedRun([obedient, endless], 'cancelled', soon());

  const steps = await ended;
  finish('done at last');
  await soon();

  expect(steps.filter(({ type }) => type === 'tool_ended')).toMatchObject([
    { output: expect.stringContaining('stopped before it had ended') },
    { ok: false, output: expect.stringContaining('still at work when the run ended') },
  ]);
  expect(steps.at(-1)).toEqual({ type: 'ended', result: { status: 'aborted', leftWorking: ['endless'] } });
  expect(journaled(entries, 'tool_done')).toEqual([]);
});

it('does not begin to wait for a person while it is ending', async () => {
  const { tool: charge, finish } = deaf('charge');
  const asks = tool('asks', () => Promise.resolve('never'), always);
  const { ended, signal } = stoppedRun([charge, asks], 'cancelled');
  while (!signal.aborted) await soon();

  finish('Charged.');
  const steps = await ended;

  expect(steps.at(-1)).toEqual({ type: 'ended', result: { status: 'aborted' } });
});

/** A run whose model calls a tool and asks a delegate, whose model fails by a fault of ours while the tool is at work. */
async function failingRun(own: (begun: () => void) => ServerTool, patience: Promise<void> = new Promise(() => {})) {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const atWork = own(resolve);
  const cy = samplePreparedAgent({ name: 'Cy', model: 'openai/broken' });
  const tools = [{ name: atWork.name, policy: never }];
  const ada = samplePreparedAgent({ id: newId('agt'), name: 'Ada', delegates: [cy.id], tools });
  const broken = createModel(() => begun.then(() => Promise.reject(new Error('a bug'))));
  const whole = createModel(() => [call('c1', atWork.name), call('c2', 'ask_cy', { task: 'Do it.' })]);
  const controller = new AbortController();
  const failed = Promise.withResolvers<void>();
  const runner = createOpenAiAgentRunner({
    ...plainDeps(),
    findModel: (id) => (id === 'openai/broken' ? broken.model : whole.model),
    tools: [atWork],
    onError: () => failed.resolve(),
    wait: (ms, signal) =>
      ms === 10_000 ? patience : new Promise((_, reject) => signal.addEventListener('abort', reject, { once: true })),
  });
  const entries: JournalEntry[] = [];
  const prepared = samplePrepared(ada, cy);
  const ended = (async () => {
    const steps: AgentStep[] = [];
    const task = sampleTask({ prepared, journal: sampleRunJournal(entries), signal: controller.signal });
    for await (const step of runner.run(task)) steps.push(step);
    return steps;
  })();
  await failed.promise;
  await soon();
  return { ended, entries, controller };
}
const slow = (output: Promise<string>) => (begun: () => void) =>
  tool('charge', () => {
    begun();
    return output;
  });

it('a run that fails ends only when its tools have, and its journal says what they did', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { ended, entries } = await failingRun(slow(promise));

  resolve('Charged 5 EUR.');
  const steps = await ended;

  expect(steps.slice(-2)).toMatchObject([
    { type: 'tool_ended', ok: true, output: 'Charged 5 EUR.' },
    { type: 'ended', result: { status: 'failed', error: { code: 'internal' } } },
  ]);
  expect(steps.at(-1)).not.toHaveProperty('result.leftWorking');
  expect(journaled(entries, 'tool_done')).toMatchObject([{ ok: true, output: 'Charged 5 EUR.' }]);
});

it('a run that fails says which tools did not stop in time', async () => {
  const { ended } = await failingRun(slow(new Promise(() => {})), soon());

  const steps = await ended;

  expect(steps.slice(-2)).toMatchObject([
    { type: 'tool_ended', ok: false, output: expect.stringContaining('still at work when the run ended') },
    { type: 'ended', result: { status: 'failed', error: { code: 'internal' }, leftWorking: ['charge'] } },
  ]);
});

it('a run that is lost while its tools are waited for is left at once', async () => {
  const { ended, entries, controller } = await failingRun(slow(new Promise(() => {})));

  controller.abort('lost');
  const steps = await ended;

  expect(steps.at(-1)).toEqual({ type: 'ended', result: { status: 'aborted' } });
  expect(journaled(entries, 'tool_done')).toEqual([]);
});

it.each(['lost', 'handover'] as const)(
  'a run that is %s is left at once, without a word about its tools',
  async (reason) => {
    const { ended, entries } = stoppedRun([obedient, deaf('endless').tool], reason);

    const steps = await ended;

    expect(steps.at(-1)).toEqual({ type: 'ended', result: { status: 'aborted' } });
    expect(steps.some(({ type }) => type === 'tool_ended')).toBe(false);
    expect(journaled(entries, 'tool_done')).toEqual([]);
  },
);
