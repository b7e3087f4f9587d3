import { beforeEach, describe, expect, it } from 'vitest';
import { claim } from '../domain/run-lease.ts';
import { markEnqueued, type RunRecord, requestCancel, settle } from '../domain/run-record.ts';
import { NewerFormatError } from '../domain/stored.ts';
import type { RunId } from '../protocol/ids.ts';
import type { RunStore } from './run-store.ts';
import { newId, newUserId, sampleRecord, sampleWait } from './samples.contract.ts';

/** `create` makes an empty store. */
export function runStoreContract(name: string, create: () => Promise<RunStore>): void {
  describe(`${name} as a run store`, () => {
    let store: RunStore;

    beforeEach(async () => {
      store = await create();
    });

    it('keeps a new run with its input', async () => {
      const record = sampleRecord();

      const kept = await store.create(record, { text: 'Hello' });

      expect(kept).toEqual({ record, input: { text: 'Hello' }, created: true });
      expect(await store.get(record.runId)).toEqual(record);
      expect(await store.input(record)).toEqual({ text: 'Hello' });
    });

    it('keeps a run without input', async () => {
      const record = sampleRecord({ retryOf: newId('run') });

      const kept = await store.create(record, undefined);

      expect(kept).toEqual({ record, input: undefined, created: true });
      expect(await store.input(record)).toBeUndefined();
    });

    it('returns the first run for the same key, as it stands now, and changes nothing', async () => {
      const first = sampleRecord();
      const { userId, clientRequestId } = first;
      await store.create(first, { text: 'first' });
      await store.change(first.runId, (record) => markEnqueued(record, 5));
      const second = sampleRecord({ userId, clientRequestId });

      const kept = await store.create(second, { text: 'second' });

      expect(kept).toMatchObject({ record: { runId: first.runId, enqueued: true }, input: { text: 'first' } });
      expect(kept.created).toBe(false);
      expect(await store.get(second.runId)).toBeNull();
    });

    it('keeps one run of ten that come at once with the same key', async () => {
      const { userId, clientRequestId } = sampleRecord();
      const records = Array.from({ length: 10 }, () => sampleRecord({ userId, clientRequestId }));

      const kept = await Promise.all(records.map((record, index) => store.create(record, { text: `${index}` })));

      const [winner] = kept.filter(({ created }) => created);
      expect(kept.filter(({ created }) => created)).toHaveLength(1);
      for (const { record, input } of kept)
        expect({ record, input }).toEqual({ record: winner?.record, input: winner?.input });
      expect(await store.getMany(records.map(({ runId }) => runId))).toEqual([winner?.record]);
    });

    it('keeps the runs of two users with the same key apart', async () => {
      const one = sampleRecord();
      const two = sampleRecord({ clientRequestId: one.clientRequestId });
      await store.create(one, { text: 'one' });

      const kept = await store.create(two, { text: 'two' });

      expect(kept).toEqual({ record: two, input: { text: 'two' }, created: true });
      expect(await store.input(one)).toEqual({ text: 'one' });
    });

    it('knows no run that nobody created', async () => {
      const record = sampleRecord();

      expect(await store.get(record.runId)).toBeNull();
      expect(await store.input(record)).toBeUndefined();
      expect(await store.getMany([record.runId])).toEqual([]);
      expect(await store.change(record.runId, () => ({ answer: 'seen' }))).toBeNull();
    });

    it('fetches a hundred runs at once, without unknown and repeated ones', async () => {
      const records = Array.from({ length: 90 }, () => sampleRecord());
      await Promise.all(records.map((record) => store.create(record, undefined)));
      const runIds = records.map(({ runId }) => runId);

      const found = await store.getMany([...runIds, ...runIds.slice(0, 5), newId('run')]);

      expect(found.map(({ runId }) => runId).toSorted()).toEqual(runIds.toSorted());
      expect(await store.getMany([])).toEqual([]);
    });

    it('writes what was decided and gives the answer', async () => {
      const { runId } = await created();

      const answer = await store.change(runId, (record) => requestCancel(record, 7));

      expect(answer?.record).toMatchObject({ status: 'cancelled', cancelRequested: true });
      expect(await store.get(runId)).toEqual(answer?.record);
    });

    it('writes nothing for a decision that changes nothing', async () => {
      const record = await created();

      expect(await store.change(record.runId, () => ({ answer: 'no' }))).toBe('no');
      expect(await store.get(record.runId)).toEqual(record);
    });

    it('lets one of twelve workers claim a run', async () => {
      const { runId } = await created();

      const claims = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          store.change(runId, (record) => claim(record, { owner: `worker ${index}`, nowMs: 1_000, leaseMs: 60_000 })),
        ),
      );

      expect(claims.filter((answer) => answer?.kind === 'claimed')).toHaveLength(1);
      expect(claims.filter((answer) => answer?.kind === 'held')).toHaveLength(11);
      expect(await store.get(runId)).toMatchObject({ status: 'running', attempt: 1 });
    });

    it('loses no change of twelve that come at once', async () => {
      const { runId } = await created();

      const answers = await Promise.all(
        Array.from({ length: 12 }, () =>
          store.change(runId, (record) => ({
            record: { ...record, attempt: record.attempt + 1 },
            answer: record.attempt + 1,
          })),
        ),
      );

      expect(answers.toSorted((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: 12 }, (_, index) => index + 1),
      );
      expect((await store.get(runId))?.attempt).toBe(12);
    });

    it('passes on what a decision throws, and writes nothing', async () => {
      const record = await created();

      const change = store.change(record.runId, () => {
        throw new Error('undecided');
      });

      await expect(change).rejects.toThrow('undecided');
      expect(await store.get(record.runId)).toEqual(record);
    });

    it('lists runs that were due before a time, oldest first, up to the limit', async () => {
      const records = await Promise.all(
        [50, 10, 40, 20, 30].map((createdAtMs) => created({ createdAtMs: 1_800_000_000_000 + createdAtMs })),
      );
      const byDue = records.toSorted((a, b) => a.dueAtMs - b.dueAtMs);
      const beforeMs = byDue[3]?.dueAtMs ?? 0;

      expect(await store.listDue(beforeMs, 10)).toEqual(byDue.slice(0, 3));
      expect(await store.listDue(beforeMs, 2)).toEqual(byDue.slice(0, 2));
      expect(await store.listDue(byDue[0]?.dueAtMs ?? 0, 10)).toEqual([]);
    });

    it('lists a run by its last due time, and not when it is settled', async () => {
      const [early, late] = [await created(), await created()];
      await store.change(late.runId, (record) => ({ record: { ...record, dueAtMs: 9e12 }, answer: undefined }));

      expect((await store.listDue(5e12, 10)).map(({ runId }) => runId)).toEqual([early.runId]);
      await endAndSettle(early.runId);
      expect(await store.listDue(5e12, 10)).toEqual([]);
      expect(await store.get(early.runId)).toMatchObject({ settled: true });
    });

    it('lists the runs of a workspace that are not settled, newest first, page by page', async () => {
      const workspaceId = newId('wsp');
      const runs = [];
      for (let made = 0; made < 5; made += 1) runs.push(await created({ workspaceId }));
      await created();
      const newest = runs
        .map(({ runId }) => runId)
        .toSorted()
        .toReversed();
      await endAndSettle(newest[1] ?? newId('run'));

      const first = await store.listLive({ workspaceId, limit: 2 });
      const rest = await store.listLive({ workspaceId, before: first.at(-1)?.runId, limit: 10 });

      expect([...first, ...rest].map(({ runId }) => runId)).toEqual(newest.toSpliced(1, 1));
      expect(await store.listLive({ workspaceId: newId('wsp'), limit: 10 })).toEqual([]);
    });

    it('leaves a record alone that only a later version can read', async () => {
      const [known, later] = [await created(), sampleRecord()];
      await store.create({ ...later, status: 'hibernating' as RunRecord['status'] }, { text: 'Hello' });

      await expect(store.get(later.runId)).rejects.toThrow(NewerFormatError);
      await expect(store.change(later.runId, (record) => requestCancel(record, 7))).rejects.toThrow(NewerFormatError);
      expect(await store.getMany([later.runId, known.runId])).toEqual([known]);
      expect(await store.listDue(9e12, 10)).toEqual([known]);
      expect(await store.listDue(9e12, 10)).toEqual([known]);
      expect(await store.listLive({ workspaceId: later.workspaceId, limit: 10 })).toEqual([]);
    });

    it('keeps what a later version has added, at every depth', async () => {
      const added = { later: { deep: 7 } };
      const answer = {
        type: 'decision' as const,
        decision: { decision: 'run_again' as const, ...added },
        by: newUserId(),
      };
      const call = { itemId: newId('itm'), name: 'send', arguments: '{}', ...added };
      const wait = { ...sampleWait({ kind: 'interrupted_call', call }), answer: { ...answer, ...added }, ...added };
      const budget = {
        ...sampleWait({ kind: 'budget', breach: { scope: 'run', limitUsd: 1, spentUsd: 1, ...added } }),
      };
      const outcome = {
        status: 'failed' as const,
        error: { code: 'internal' as const, message: '', ...added },
        ...added,
      };
      const record = { ...sampleRecord(), waits: [wait, budget], outcome, status: 'failed' as const, ...added };
      await store.create(record, undefined);

      await store.change(record.runId, settle);

      expect(await store.get(record.runId)).toEqual({ ...record, settled: true });
    });

    async function endAndSettle(runId: RunId): Promise<void> {
      await store.change(runId, (record) => requestCancel(record, 7));
      await store.change(runId, settle);
    }

    async function created(fields: Parameters<typeof sampleRecord>[0] = {}) {
      return (await store.create(sampleRecord(fields), { text: 'Hello' })).record;
    }
  });
}
