import type { Model, StreamEvent } from '@openai/agents';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { createOpenAiAgentRunner } from '#adapters/models/openai-agent-runner.ts';
import { plainDeps } from '#adapters/models/testing.ts';
import { claim } from '#core/domain/run-lease.ts';
import { answer } from '#core/domain/run-suspension.ts';
import { newUserId } from '#core/ports/samples.contract.ts';
import type { ServerTool } from '#core/ports/tool.ts';
import { attemptRun } from './run-attempt.ts';
import { createWorld, heldRun } from './testing.ts';

type Output = Extract<StreamEvent, { type: 'response_done' }>['response']['output'];

it('a call that was rejected is not carried out by a later worker, though the next one was approved for the whole run', async () => {
  const effects: string[] = [];
  const deploy: ServerTool = {
    kind: 'server',
    name: 'deploy',
    description: 'deploy',
    parameters: z.object({ of: z.string() }),
    policy: { approval: 'always', decider: 'requester_or_admin', expiresInSeconds: 600 },
    idempotent: true,
    execute: async (args) => String(effects.push(z.object({ of: z.string() }).parse(args).of)),
  };
  const deployOf = (of: string): Output[number] => ({
    type: 'function_call',
    callId: of,
    name: 'deploy',
    arguments: JSON.stringify({ of }),
    status: 'completed',
  });
  const done: Output[number] = {
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'Done.' }],
  };
  const answers: Output[] = [[deployOf('a'), deployOf('b')], [done]];
  const model: Model = {
    getResponse: () => Promise.reject(new Error('only streams')),
    async *getStreamedResponse() {
      const usage = { requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2 };
      yield { type: 'response_done', response: { id: '', output: answers.shift() ?? [], usage } };
    },
  };
  const world = createWorld({ tools: [deploy], agent: { tools: ['deploy'] } });
  const runner = createOpenAiAgentRunner({ ...plainDeps(), tools: [deploy], findModel: () => model });
  const { runId } = await world.send('Go');
  const work = async () => {
    const worker = { owner: 'worker-1', nowMs: world.now(), leaseMs: 20_000 };
    const claimed = await world.runs.change(runId, (record) => claim(record, worker));
    if (claimed?.kind !== 'claimed') throw new Error(`the run is ${claimed?.kind}`);
    await attemptRun({ ...world, runner }, heldRun(world, claimed.record));
  };
  await work();
  const [a, b] = (await world.record(runId)).waits;
  if (!a || !b) throw new Error('the run does not wait');
  const by = newUserId();
  await world.runs.change(runId, (now) =>
    answer(now, a.id, { type: 'decision', decision: { decision: 'reject' }, by }, world.now()),
  );
  await world.runs.change(runId, (now) =>
    answer(now, b.id, { type: 'decision', decision: { decision: 'approve', scope: 'run' }, by }, world.now()),
  );

  await work();

  expect(effects).toEqual(['b']);
  expect(await world.record(runId)).toMatchObject({ status: 'completed' });
});
