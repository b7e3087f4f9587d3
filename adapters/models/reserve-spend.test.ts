import { expect, it } from 'vitest';
import type { WaitAnswer } from '#core/domain/run-wait.ts';
import { newId, newUserId } from '#core/ports/samples.contract.ts';
import type { Reservation, SpendGuard, SpendRequest } from '#core/ports/spend-guard.ts';
import { runTask, sampleTask, userMessage } from './testing.ts';

/** A budget that is in the way of every call; notes what it was asked. */
function createFull() {
  const asked: SpendRequest[] = [];
  const breach: Reservation = {
    kind: 'breach',
    scope: 'workspace',
    budgetId: newId('bdg'),
    limitUsd: 1,
    spentUsd: 1,
    message: 'It is reached.',
  };
  const spend: SpendGuard = {
    lookAhead: () => {},
    prices: async () => [],
    reserve: async (request) => {
      asked.push(request);
      return breach;
    },
    settle: async () => {},
    release: async () => {},
    releaseRun: async () => {},
  };
  return { spend, asked };
}

const continueOnce: WaitAnswer = { type: 'decision', decision: { decision: 'continue_once' }, by: newUserId() };

it('asks again when a budget is in the way after another one was let pass', async () => {
  const { spend } = createFull();
  const answered: string[] = [];
  const task = sampleTask({
    answerTo: (_, callId) => {
      answered.push(callId);
      return answered.length === 1 ? continueOnce : undefined;
    },
  });

  const { steps } = await runTask(task, {}, [], undefined, { spend });

  expect(answered).toEqual([answered[0], `${answered[0]}#1`]);
  expect(steps.at(-1)).toMatchObject({ result: { status: 'waiting', waits: [{ callId: `${answered[0]}#1` }] } });
});

it('reckons a prompt by its bytes', async () => {
  const { spend, asked } = createFull();

  await runTask(sampleTask({ history: [userMessage('語'.repeat(3_000))] }), {}, [], undefined, { spend });

  expect(asked[0]?.estimate.inputTokens).toBeGreaterThanOrEqual(3_000);
});
