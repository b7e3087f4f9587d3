import type { Clock } from '#core/ports/clock.ts';
import type { ReceivedRun, RunMessage, RunQueue } from '#core/ports/run-queue.ts';

interface Entry {
  readonly message: RunMessage;
  visibleAtMs: number;
  deliveries: number;
  /** Of its last delivery. */
  receipt: string | undefined;
}

const deduplicationMs = 5 * 60 * 1000;

/** A FIFO queue like SQS's, on a clock that tests can move. Only waiting for a message takes real time. */
export function createMemoryRunQueue(options: { now: Clock; visibilitySeconds?: number }): RunQueue {
  const { now, visibilitySeconds = 20 } = options;
  const sentAtMs = new Map<string, number>();
  const waiting = new Set<() => void>();
  let entries: Entry[] = [];
  let deliveries = 0;

  const wakeAll = () => {
    for (const wake of waiting) wake();
  };
  /** The entry that a receipt still stands for. */
  const hidden = (receipt: string) => entries.find((entry) => entry.receipt === receipt && entry.visibleAtMs > now());

  function takeVisible(max: number): ReceivedRun[] {
    const blocked = new Set<string>();
    const taken: ReceivedRun[] = [];
    for (const entry of entries) {
      const { threadId } = entry.message;
      if (taken.length < max && !blocked.has(threadId) && entry.visibleAtMs <= now()) {
        deliveries += 1;
        entry.receipt = `receipt-${deliveries}`;
        entry.visibleAtMs = now() + visibilitySeconds * 1000;
        entry.deliveries += 1;
        taken.push({ message: entry.message, receipt: entry.receipt, deliveries: entry.deliveries });
      }
      blocked.add(threadId);
    }
    return taken;
  }

  function somethingNew(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      waiting.add(wake);
    });
  }

  return {
    async send(message, name = message.runId) {
      const before = sentAtMs.get(name);
      if (before !== undefined && now() - before < deduplicationMs) return;
      sentAtMs.set(name, now());
      entries.push({ message: { ...message }, visibleAtMs: now(), deliveries: 0, receipt: undefined });
      wakeAll();
    },
    async receive(max, waitSeconds) {
      const untilMs = performance.now() + waitSeconds * 1000;
      for (;;) {
        const taken = takeVisible(max);
        const leftMs = untilMs - performance.now();
        if (taken.length > 0 || leftMs <= 0) return taken;
        await somethingNew(leftMs);
      }
    },
    async extend(receipts, seconds) {
      for (const receipt of receipts) {
        const entry = hidden(receipt);
        if (entry) entry.visibleAtMs = now() + seconds * 1000;
      }
      wakeAll();
    },
    async release(receipt, delaySeconds) {
      const entry = hidden(receipt);
      if (entry) entry.visibleAtMs = now() + delaySeconds * 1000;
      wakeAll();
    },
    async delete(receipt) {
      const done = hidden(receipt);
      entries = entries.filter((entry) => entry !== done);
      wakeAll();
    },
  };
}
