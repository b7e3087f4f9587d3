import { expect, it } from 'vitest';
import { runQueueContract } from '#core/ports/run-queue.contract.ts';
import { sampleMessage } from '#core/ports/samples.contract.ts';
import { createMemoryRunQueue } from './memory-run-queue.ts';

function createOnClock() {
  let nowMs = 0;
  const queue = createMemoryRunQueue({ now: () => nowMs, visibilitySeconds: 2 });
  const pass = async (milliseconds: number) => {
    nowMs += milliseconds;
  };
  return { queue, pass };
}

runQueueContract('memory', async () => createOnClock());

it('takes a run again after five minutes', async () => {
  const { queue, pass } = createOnClock();
  const message = sampleMessage();
  await queue.send(message);

  await pass(5 * 60 * 1000);
  await queue.send(message);

  const [first] = await queue.receive(10, 0);
  await queue.delete(first?.receipt ?? '');
  expect(await queue.receive(10, 0)).toHaveLength(1);
});
