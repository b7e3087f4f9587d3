import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from './samples.contract.ts';
import type { HeldCall, SpendCounters } from './spend-counters.ts';

const price = { input: 1, cachedInput: 0.1, output: 2, validFrom: null, source: 'list' } as const;
const sampleCall = (fields: Partial<HeldCall> = {}): HeldCall => ({
  runId: newId('run'),
  callId: 'call 1',
  amountMicroUsd: 10,
  price,
  counters: ['one', 'two'],
  ...fields,
});

/** `create` makes counters of which none has begun. */
export function spendCountersContract(name: string, create: () => Promise<SpendCounters>): void {
  describe(`${name} as spend counters`, () => {
    let counters: SpendCounters;
    let key: string;

    beforeEach(async () => {
      counters = await create();
      key = newId('bdg');
    });
    const committed = async () => (await counters.committed([key])).get(key);

    it('keeps a call as it was opened first', async () => {
      const call = sampleCall({ price: { ...price, above: { inputTokens: 9, input: 2, cachedInput: 1, output: 4 } } });

      const first = await counters.open(call);
      const second = await counters.open({ ...call, amountMicroUsd: 99, counters: [] });

      expect([first, second]).toEqual([call, call]);
      expect(await counters.call(call)).toEqual(call);
      expect(await counters.call(sampleCall())).toBeNull();
    });

    it('holds nothing in a counter that nobody has begun', async () => {
      expect(await counters.hold(key, sampleCall(), 1, null)).toEqual({ kind: 'unknown' });
      expect(await committed()).toBeUndefined();
    });

    it('begins a counter once', async () => {
      await counters.begin(key, 40, undefined);
      await counters.begin(key, 70, 5_000_000_000_000);

      expect(await committed()).toBe(40);
    });

    it('holds up to the limit and not beyond', async () => {
      await counters.begin(key, 40, undefined);

      expect(await counters.hold(key, sampleCall(), 60, 100)).toEqual({ kind: 'held' });
      expect(await counters.hold(key, sampleCall(), 1, 100)).toEqual({ kind: 'full', committedMicroUsd: 100 });
      expect(await counters.hold(key, sampleCall(), 1, 101)).toEqual({ kind: 'held' });
      expect(await counters.hold(key, sampleCall(), 500, null)).toEqual({ kind: 'held' });
      expect(await committed()).toBe(601);
    });

    it('holds a call once', async () => {
      const call = sampleCall();
      await counters.begin(key, 0, undefined);

      const holds = await Promise.all(Array.from({ length: 5 }, () => counters.hold(key, call, 60, 100)));

      expect(holds).toEqual(holds.map(() => ({ kind: 'held' })));
      expect(await committed()).toBe(60);
    });

    it('lets fifty of two hundred hold at once where there is room for fifty', async () => {
      await counters.begin(key, 0, undefined);

      const holds = await Promise.all(
        Array.from({ length: 200 }, () => counters.hold(key, sampleCall(), 1_000, 50_999)),
      );

      expect(holds.filter(({ kind }) => kind === 'held')).toHaveLength(50);
      expect(await committed()).toBe(50_000);
    });

    it('replaces what a call holds by its cost, once', async () => {
      const call = sampleCall({ amountMicroUsd: 60 });
      await counters.begin(key, 0, undefined);
      await counters.hold(key, call, 60, 100);

      for (const cost of [25, 25, 99]) await counters.replace(key, call, cost);

      expect(await committed()).toBe(25);
    });

    it('replaces nothing for a call that holds nothing', async () => {
      await counters.begin(key, 7, undefined);

      await counters.replace(key, sampleCall(), 25);
      await counters.replace(newId('bdg'), sampleCall(), 25);

      expect(await committed()).toBe(7);
    });

    it('decides once what becomes of a call', async () => {
      const call = await counters.open(sampleCall());

      const closed = [await counters.close(call, 4), await counters.close(call, 9)];

      expect(closed).toEqual([
        { ...call, costMicroUsd: 4 },
        { ...call, costMicroUsd: 4 },
      ]);
      expect(await counters.close(sampleCall(), 4)).toBeNull();
    });

    it('lists the calls of a run that are not done', async () => {
      const runId = newId('run');
      const calls = ['a', 'b', 'c'].map((callId) => sampleCall({ runId, callId }));
      for (const call of [...calls, sampleCall()]) await counters.open(call);
      const [a, b, c] = calls;
      if (!a || !b || !c) throw new Error('three calls');
      await counters.close(a, 1);
      await counters.done(a);
      await counters.forget(b);

      expect(await counters.unfinished(runId)).toEqual([c]);
      expect(await counters.call(b)).toBeNull();
    });

    it('remembers what a run may pass', async () => {
      const runId = newId('run');
      await counters.allow(runId, 'one', null);
      await counters.allow(runId, 'two', 5);

      const answers = ['one', 'two', 'three'].map((limit) => counters.allowance(runId, limit));

      expect(await Promise.all(answers)).toEqual([null, 5, undefined]);
      expect(await counters.allowance(newId('run'), 'one')).toBeUndefined();
    });
  });
}
