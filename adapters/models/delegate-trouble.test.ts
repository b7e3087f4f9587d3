import type { Model, ModelRequest } from '@openai/agents';
import { APIError } from 'openai';
import { expect, it } from 'vitest';
import type { JournalEntry } from '#core/domain/journal.ts';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import { newId, samplePrepared, samplePreparedAgent, sampleRunJournal } from '#core/ports/samples.contract.ts';
import { defaultRunLimits } from '#core/protocol/agent.ts';
import { createOpenAiAgentRunner } from './openai-agent-runner.ts';
import { call, createModel, endsOf, plainDeps, sampleTask, text, textOf } from './testing.ts';

/** Ada asks Cy, whose model says something and then fails, and tells what she was told. */
function createRun(failure: () => unknown, maxTurns = 10) {
  const cy = samplePreparedAgent({ name: 'Cy', instructions: 'cy', model: 'openai/broken' });
  const limits = { ...defaultRunLimits, maxTurns };
  const ada = { ...cy, id: newId('agt'), name: 'Ada', model: 'openai/whole', delegates: [cy.id], limits };
  const entries: JournalEntry[] = [];
  const resultIn = ({ input }: ModelRequest) => {
    const item = typeof input === 'string' ? undefined : input.find(({ type }) => type === 'function_call_result');
    return item && JSON.stringify(item);
  };
  const whole = createModel((request) =>
    resultIn(request) ? text('I do it myself.') : [call('a', 'ask_cy', { task: 'Do it.' })],
  );
  let failures = 0;
  const broken: Model = {
    getResponse: () => Promise.reject(new Error('only streams')),
    async *getStreamedResponse() {
      failures += 1;
      yield { type: 'output_text_delta', delta: 'I begin' };
      throw failure();
    },
  };

  async function attempt(kept = entries): Promise<AgentStep[]> {
    const runner = createOpenAiAgentRunner({
      ...plainDeps(),
      findModel: (id) => (id === 'openai/broken' ? broken : whole.model),
    });
    const task = sampleTask({ prepared: samplePrepared(ada, cy), journal: sampleRunJournal(kept) });
    const steps: AgentStep[] = [];
    for await (const step of runner.run(task)) steps.push(step);
    return steps;
  }
  return {
    attempt,
    entries,
    asked: () => ({ whole: whole.asked.length, broken: failures }),
    told: () => whole.asked.map(resultIn).at(-1),
  };
}

const unavailable = () => new APIError(503, { message: 'no' }, undefined, new Headers());

it('a delegate whose model fails is a failed call, and its caller goes on', async () => {
  const run = createRun(unavailable);

  const steps = await run.attempt();

  expect(steps.find(({ type }) => type === 'tool_ended')).toMatchObject({
    ok: false,
    output: expect.stringMatching(/^Cy could not answer\. .*HTTP 503/),
  });
  expect(run.told()).toContain('Cy could not answer.');
  expect(textOf(steps)).toContain('I do it myself.');
  expect(endsOf(steps)).toEqual([{ type: 'ended', result: { status: 'completed' } }]);
  // What it had begun to say is in no journal, and so in no other attempt.
  expect(steps.filter(({ type }) => type === 'turn_dropped')).toMatchObject([{ keys: ['1.0/1:0'] }]);
});

it('is not asked again by another attempt, which tells its caller the same', async () => {
  const run = createRun(unavailable);
  const first = await run.attempt();
  const kept = run.entries.filter((entry) => !(entry.type === 'model' && entry.turn === 2));

  for (const entries of [run.entries, kept]) {
    const steps = await run.attempt(entries);

    const ended = (from: readonly AgentStep[]) => from.filter(({ type }) => type === 'tool_ended' || type === 'ended');
    expect(ended(steps)).toEqual(ended(first));
  }
  expect(run.asked()).toEqual({ whole: 3, broken: 1 });
});

it('a limit of the run ends it, also in a delegate', async () => {
  const run = createRun(unavailable, 1);

  const steps = await run.attempt();

  expect(endsOf(steps)).toMatchObject([{ result: { status: 'failed', error: { code: 'turn_limit' } } }]);
});

it('a fault of ours ends the run, also in a delegate', async () => {
  const run = createRun(() => new Error('a bug'));

  const steps = await run.attempt();

  expect(endsOf(steps)).toMatchObject([{ result: { status: 'failed', error: { code: 'internal' } } }]);
});
