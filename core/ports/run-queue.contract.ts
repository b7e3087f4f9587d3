import { beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedRun, RunQueue } from './run-queue.ts';
import { newId, sampleMessage } from './samples.contract.ts';

export interface QueueUnderTest {
  /** Empty; hides what it hands out for two seconds. */
  readonly queue: RunQueue;
  /** Lets this time pass, on the clock that the queue goes by. */
  pass(milliseconds: number): Promise<void>;
}

export function runQueueContract(name: string, create: () => Promise<QueueUnderTest>): void {
  describe(`${name} as a run queue`, () => {
    let queue: RunQueue;
    let pass: QueueUnderTest['pass'];

    beforeEach(async () => {
      ({ queue, pass } = await create());
    });

    it('hands out what was sent', async () => {
      const message = sampleMessage();
      await queue.send(message);

      const [received, ...others] = await takeAll();

      expect(received?.message).toEqual(message);
      expect(others).toEqual([]);
    });

    it('hands out nothing when there is nothing, or nothing is asked for', async () => {
      expect(await queue.receive(10, 0)).toEqual([]);
      await queue.send(sampleMessage());
      expect(await queue.receive(0, 0)).toEqual([]);
    });

    it('waits for a message', async () => {
      const message = sampleMessage();
      const waiting = queue.receive(1, 10);

      await queue.send(message);

      expect((await waiting).map((received) => received.message)).toEqual([message]);
    });

    it('takes a run once, even after it has been worked on', async () => {
      const message = sampleMessage();
      await queue.send(message);
      await queue.send(message);
      const received = await takeAll();
      await Promise.all(received.map(({ receipt }) => queue.delete(receipt)));

      await queue.send(message);

      expect(received).toHaveLength(1);
      expect(await takeAll()).toEqual([]);
    });

    it('hands out one run of a thread at a time, in order, and threads side by side', async () => {
      const [a1, a2, a3] = await sendToOneThread(3);
      const [b1] = await sendToOneThread(2);

      const first = await takeAll();
      expect(runsOf(first).toSorted()).toEqual([a1, b1].toSorted());
      await queue.delete(receiptOf(first, a1));
      const second = await takeAll();
      expect(runsOf(second)).toEqual([a2]);
      await queue.delete(receiptOf(second, a2));
      expect(runsOf(await takeAll())).toEqual([a3]);
    });

    it('takes a run again that is sent under another name', async () => {
      const message = sampleMessage();
      await queue.send(message);
      await Promise.all((await takeAll()).map(({ receipt }) => queue.delete(receipt)));

      await queue.send(message, `${message.runId}-again`);

      expect((await takeAll()).map((received) => received.message)).toEqual([message]);
    });

    it('hands a released run out again, before the later ones of its thread', async () => {
      const [first] = await sendToOneThread(2);
      const taken = await takeAll();

      await queue.release(receiptOf(taken, first), 0);

      const again = await takeAll();
      expect(runsOf(again)).toEqual([first]);
      expect([taken, again].map(([received]) => received?.deliveries)).toEqual([1, 2]);
    });

    it('holds a thread back as long as a release asks for', async () => {
      const [first] = await sendToOneThread(2);
      await queue.release(receiptOf(await takeAll(), first), 1);

      expect(await takeAll()).toEqual([]);
      await pass(1_200);

      expect(runsOf(await takeAll())).toEqual([first]);
    });

    it('hands a run out again when its worker has gone silent', async () => {
      const [first] = await sendToOneThread(2);
      await takeAll();

      await pass(2_200);

      expect(runsOf(await takeAll())).toEqual([first]);
    });

    it('keeps a run hidden while its worker asks for it, however many it has', async () => {
      const messages = Array.from({ length: 12 }, () => sampleMessage());
      for (const message of messages) await queue.send(message);
      const taken = await takeAll();

      await queue.extend(
        taken.map(({ receipt }) => receipt),
        10,
      );
      await pass(2_200);

      expect(taken).toHaveLength(12);
      expect(await takeAll()).toEqual([]);
    });

    it('passes over receipts that have run out, and extends the others', async () => {
      const [done, kept] = [sampleMessage(), sampleMessage()];
      await queue.send(done);
      await queue.send(kept);
      const taken = await takeAll();
      const old = receiptOf(taken, done.runId);
      await queue.delete(old);

      await queue.extend([old, receiptOf(taken, kept.runId)], 10);
      await queue.release(old, 0);
      await queue.delete(old);
      await pass(2_200);

      expect(await takeAll()).toEqual([]);
    });

    it('keeps a deleted run deleted', async () => {
      await queue.send(sampleMessage());
      for (const { receipt } of await takeAll()) await queue.delete(receipt);

      await pass(2_200);

      expect(await takeAll()).toEqual([]);
    });

    async function sendToOneThread(count: number) {
      const threadId = newId('thr');
      const messages = Array.from({ length: count }, () => sampleMessage({ threadId }));
      for (const message of messages) await queue.send(message);
      return messages.map(({ runId }) => runId);
    }

    async function takeAll(): Promise<ReceivedRun[]> {
      const all: ReceivedRun[] = [];
      for (;;) {
        const received = await queue.receive(10, 0);
        if (received.length === 0) return all;
        all.push(...received);
      }
    }
  });
}

const runsOf = (received: readonly ReceivedRun[]) => received.map(({ message }) => message.runId);

const receiptOf = (received: readonly ReceivedRun[], runId: string | undefined): string =>
  received.find(({ message }) => message.runId === runId)?.receipt ?? 'not received';
