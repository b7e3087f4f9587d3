import { expect, it } from 'vitest';
import { StepQueue } from './step-queue.ts';

async function readAll<Step>(queue: StepQueue<Step>): Promise<Step[]> {
  const steps: Step[] = [];
  for await (const step of queue) steps.push(step);
  return steps;
}

it('gives steps in the order in which they came, before and while they are read', async () => {
  const queue = new StepQueue<number>();
  queue.push(1);
  const reading = readAll(queue);
  await Promise.resolve();

  queue.push(2);
  await Promise.resolve();
  queue.push(3);
  queue.end(4);

  expect(await reading).toEqual([1, 2, 3, 4]);
});

it('takes nothing after its end, and only one end', async () => {
  const queue = new StepQueue<string>();

  queue.end('first end');
  queue.push('late');
  queue.end('second end');

  expect(await readAll(queue)).toEqual(['first end']);
});

it('takes what a reader causes while it reads', async () => {
  const queue = new StepQueue<number>();
  queue.push(1);
  const steps: number[] = [];

  for await (const step of queue) {
    steps.push(step);
    if (step === 1) queue.push(2);
    if (step === 2) queue.end(3);
  }

  expect(steps).toEqual([1, 2, 3]);
});
