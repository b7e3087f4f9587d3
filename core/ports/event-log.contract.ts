import { beforeAll, describe, expect, it } from 'vitest';
import type { AnyEnvelope } from '../protocol/event.ts';
import type { EventLog, StreamName } from './event-log.ts';
import { newId, newStream, notice } from './samples.contract.ts';

/** Makes writers, each with a memory of its own, of one and the same log. */
export type NewWriter = () => EventLog;

export function eventLogContract(name: string, create: () => Promise<NewWriter>): void {
  describe(`${name} as an event log`, () => {
    let newWriter: NewWriter;

    beforeAll(async () => {
      newWriter = await create();
    });

    it('numbers the events of a stream from 1, and says who wrote them', async () => {
      const log = newWriter();
      const stream = newStream();
      const runId = newId('run');

      const first = await log.append(stream, batch('a', 2));
      const second = await log.append(stream, { ...batch('b', 1), runId, attempt: 3 });

      expect(first.map(({ seq, event }) => [seq, event])).toEqual([
        [1, notice('a 0')],
        [2, notice('a 1')],
      ]);
      expect(second).toMatchObject([{ seq: 3, runId, attempt: 3, event: notice('b 0') }]);
      expect(first[0]).toHaveProperty('at', expect.stringMatching(/^\d{4}-.*Z$/));
      expect(await log.read(stream, 0, 10)).toEqual([...first, ...second]);
      expect(await log.head(stream)).toBe(3);
    });

    it('has nothing in a stream that nobody wrote to', async () => {
      const log = newWriter();

      expect(await log.head(newStream())).toBe(0);
      expect(await log.read(newStream(), 0, 10)).toEqual([]);
      expect(await log.read(newStream(), 7, 10)).toEqual([]);
    });

    it('adds nothing for an empty batch', async () => {
      const log = newWriter();
      const stream = newStream();

      expect(await log.append(stream, batch('a', 0))).toEqual([]);
      expect(await log.head(stream)).toBe(0);
    });

    it('keeps streams apart', async () => {
      const log = newWriter();
      const streams = [newStream(), newStream()] as const;
      await log.append(streams[0], batch('a', 3));

      const [added] = await log.append(streams[1], batch('a', 1));

      expect(added?.seq).toBe(1);
    });

    it('reads from any place on, also from the middle of a batch, and stops at the limit', async () => {
      const log = newWriter();
      const stream = newStream();
      for (const [index, size] of [1, 5, 2, 1, 4].entries()) await log.append(stream, batch(`b${index}`, size));
      const all = await log.read(stream, 0, 100);

      for (let after = 0; after <= 14; after += 1) {
        expect(await log.read(stream, after, 100)).toEqual(all.slice(after));
        expect(await log.read(stream, after, 3)).toEqual(all.slice(after, after + 3));
      }
      expect(all.map(({ seq }) => seq)).toEqual(upTo(13));
    });

    it('shows every writer what another has finished writing', async () => {
      const [one, two] = [newWriter(), newWriter()];
      const stream = newStream();

      await one.append(stream, batch('a', 2));
      expect(await two.head(stream)).toBe(2);
      await two.append(stream, batch('b', 2));
      await two.append(stream, batch('c', 1));
      const [last] = await one.append(stream, batch('d', 1));

      expect(last?.seq).toBe(6);
      expect(textsOf(await two.read(stream, 0, 10))).toEqual(['a 0', 'a 1', 'b 0', 'b 1', 'c 0', 'd 0']);
    });

    it('puts the batches of eight writers in one order: whole, each once, each writer in its own order', async () => {
      const stream = newStream();
      const added: AnyEnvelope[] = [];

      await Promise.all(
        upTo(8).map(async (writer) => {
          const log = newWriter();
          for (const round of upTo(50)) added.push(...(await log.append(stream, batch(`${writer}.${round}`, 3))));
        }),
      );

      const all = await readAll(newWriter(), stream);
      expect(all.map(({ seq }) => seq)).toEqual(upTo(8 * 50 * 3));
      expect(added.toSorted((a, b) => a.seq - b.seq)).toEqual(all);
      const batches = textsOf(all.filter((_, index) => index % 3 === 0)).map((text) => text.split(' ')[0]);
      expect(textsOf(all)).toEqual(batches.flatMap((id) => [`${id} 0`, `${id} 1`, `${id} 2`]));
      for (const writer of upTo(8)) {
        const own = batches.filter((id) => id?.startsWith(`${writer}.`));
        expect(own).toEqual(upTo(50).map((round) => `${writer}.${round}`));
      }
    });

    it('puts the appends that one writer makes at once in the order of its calls', async () => {
      const log = newWriter();
      const stream = newStream();

      const added = await Promise.all(upTo(20).map((index) => log.append(stream, batch(`b${index}`, 2))));

      expect(added.flat().map(({ seq }) => seq)).toEqual(upTo(40));
    });

    it('adds nothing when the same writer sends a batch again', async () => {
      const log = newWriter();
      const stream = newStream();
      await log.append(stream, batch('before', 1));
      const again = { ...batch('again', 2), searchAfter: 1 };

      const first = await log.append(stream, again);
      await log.append(stream, batch('after', 1));
      const second = await log.append(stream, again);

      expect(second).toEqual(first);
      expect(await log.head(stream)).toBe(4);
    });

    it.each([0, 2])('finds the try of a writer that died, from seq %i on', async (searchAfter) => {
      const stream = newStream();
      const [dead, other, heir] = [newWriter(), newWriter(), newWriter()];
      await heir.append(stream, batch('before', 2));
      const again = { ...batch('again', 2), searchAfter, runId: newId('run'), attempt: 1 };

      const first = await dead.append(stream, again);
      for (const index of upTo(30)) await other.append(stream, batch(`b${index}`, 1));
      const byAnother = await heir.append(stream, again);
      const byACold = await newWriter().append(stream, again);

      expect(byAnother).toEqual(first);
      expect(byACold).toEqual(first);
      expect(await other.head(stream)).toBe(34);
    });

    it('adds a batch once when two writers send it at the same time, whoever else writes', async () => {
      for (const round of upTo(10)) {
        const stream = newStream();
        const again = { ...batch(`again${round}`, 2), searchAfter: 0 };

        const [one, two] = await Promise.all([
          newWriter().append(stream, again),
          newWriter().append(stream, again),
          newWriter().append(stream, batch('other', 1)),
        ]);

        expect(one).toEqual(two);
        expect(await newWriter().head(stream)).toBe(3);
      }
    });

    it('searches from the middle of a batch without writing over the rest of it', async () => {
      const stream = newStream();
      await newWriter().append(stream, batch('long', 5));

      const [added] = await newWriter().append(stream, { ...batch('new', 1), searchAfter: 3 });

      expect(added?.seq).toBe(6);
    });

    it('refuses a batch that is too large, and goes on', async () => {
      const log = newWriter();
      const stream = newStream();
      const huge = { batchId: 'huge', events: [notice('x'.repeat(1_000_000))] };

      await expect(log.append(stream, huge)).rejects.toMatchObject({ code: 'input_too_large' });

      expect(await log.append(stream, batch('a', 1))).toMatchObject([{ seq: 1 }]);
    });
  });
}

const batch = (batchId: string, count: number) => ({
  batchId,
  events: upTo(count).map((number) => notice(`${batchId} ${number - 1}`)),
});

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

const textsOf = (envelopes: readonly AnyEnvelope[]): string[] =>
  envelopes.map(({ event }) => ('message' in event ? String(event.message) : event.type));

async function readAll(log: EventLog, stream: StreamName): Promise<AnyEnvelope[]> {
  const all: AnyEnvelope[] = [];
  for (;;) {
    const page = await log.read(stream, all.length, 500);
    if (page.length === 0) return all;
    all.push(...page);
  }
}
