import { describe, expect, it } from 'vitest';
import type { EventLog } from '../ports/event-log.ts';
import { newStream } from '../ports/samples.contract.ts';
import { at } from '../protocol/testing.ts';
import { readEvents, readLog } from './read-events.ts';

/** A log that has let go of everything but these. */
const logOf = (...seqs: number[]): EventLog => ({
  append: () => Promise.reject(new Error('nobody writes')),
  read: async (_, after, limit) =>
    seqs
      .filter((seq) => seq > after)
      .slice(0, limit)
      .map((seq) => ({ seq, at, event: { type: 'notice' as const, level: 'info' as const, message: `${seq}` } })),
  head: async () => seqs.at(-1) ?? 0,
});

describe('reading a stream', () => {
  it('gives a stretch of it, and its head', async () => {
    const { events, head } = await readEvents(logOf(1, 2, 3, 4), newStream(), { after: 1, limit: 2 });

    expect(events.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(head).toBe(4);
  });

  it('gives nothing at its head, and refuses what lies beyond', async () => {
    const log = logOf(1, 2);

    expect(await readEvents(log, newStream(), { after: 2, limit: 10 })).toEqual({ events: [], head: 2 });
    await expect(readEvents(log, newStream(), { after: 3, limit: 10 })).rejects.toMatchObject({
      code: 'after_beyond_head',
      message: 'The newest event of this stream is 2; 3 lies beyond it.',
    });
  });

  it('gives no more than an answer can carry, and at least one event', async () => {
    const message = 'x'.repeat(3 * 1024 * 1024);
    const log = {
      ...logOf(1, 2, 3),
      read: async (_: string, after: number) =>
        [1, 2, 3]
          .filter((seq) => seq > after)
          .map((seq) => ({ seq, at, event: { type: 'notice' as const, level: 'info' as const, message } })),
    };

    const first = await readEvents(log, newStream(), { after: 0, limit: 10 });
    const second = await readEvents(log, newStream(), { after: 1, limit: 10 });

    expect([first, second].map(({ events }) => events.map(({ seq }) => seq))).toEqual([[1], [2]]);
    expect(first.head).toBe(3);
  });

  it('fills what has expired, so that no reader waits for it', async () => {
    const events = await readLog(logOf(3, 6), newStream(), 1, 10);

    expect(events.map(({ seq, event }) => [seq, event.type])).toEqual([
      [2, 'expired'],
      [3, 'notice'],
      [4, 'expired'],
      [5, 'expired'],
      [6, 'notice'],
    ]);
  });
});
