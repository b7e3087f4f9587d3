import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryAccess } from '#adapters/memory/memory-access.ts';
import { createMemoryBudgetStore } from '#adapters/memory/memory-budget-store.ts';
import { createMemoryJournal } from '#adapters/memory/memory-journal.ts';
import { createMemoryUsageLedger } from '#adapters/memory/memory-usage-ledger.ts';
import { createMemoryWorkspaceStore } from '#adapters/memory/memory-workspace-store.ts';
import type { JournalEntry } from '../domain/journal.ts';
import { unavailable } from '../errors.ts';
import type { BudgetPeriod, BudgetScope } from '../protocol/budget.ts';
import { createSpendGuard } from '../use-cases/spend-guard.ts';
import { timestamp } from './clock.ts';
import { newId, newUserId, sampleAgent, sampleThread } from './samples.contract.ts';
import type { SpendCounters } from './spend-counters.ts';
import type { SpendRequest } from './spend-guard.ts';

const startMs = Date.parse('2026-11-21T12:00:00Z');
/** A million tokens of `ours/model` cost a dollar in, and two out. */
const price = { model: 'ours/model', validFrom: '2026-01-01', input: 1, cachedInput: 0.1, output: 2 };
const usage = (inputTokens: number) => ({
  modelCalls: 1,
  inputTokens,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
});

/** `create` makes counters of which none has begun. */
export function spendGuardContract(name: string, create: () => Promise<SpendCounters>): void {
  describe(`the spend guard on ${name}`, () => {
    let world: Awaited<ReturnType<typeof createWorld>>;

    async function createWorld() {
      let nowMs = startMs;
      const now = () => nowMs;
      const store = createMemoryWorkspaceStore({ now });
      const ledger = createMemoryUsageLedger(store);
      const budgets = createMemoryBudgetStore({ now, newId, store, ledger });
      const minter = createMemoryAccess();
      const counters = await create();
      const journal = createMemoryJournal();
      const [userId, workspaceId, agentId] = [newUserId(), newId('wsp'), newId('agt')];
      const createdAt = timestamp(startMs);
      store.addUser(userId, 'Olga');
      store.addWorkspace({ id: workspaceId, name: 'Ours', kind: 'company', createdAt }, [{ userId, role: 'owner' }]);
      store.addAgent(sampleAgent({ id: agentId, workspaceId }));
      const access = await minter.forUser({ userId, isAnonymous: false });
      await budgets.putPrice(access, workspaceId, price);
      const newGuard = () => createSpendGuard({ counters, journal, ledger, budgets, minter, now });
      return {
        counters,
        budgets,
        access,
        workspaceId,
        userId,
        agentId,
        guard: newGuard(),
        newGuard,
        journal,
        thread: async () => {
          return (await store.addThread(access, sampleThread({ workspaceId, agentId }), userId)).id;
        },
        leave: () => store.removeMember(workspaceId, userId),
        pass: (ms: number) => {
          nowMs += ms;
        },
        budget: (limitUsd: number, period: BudgetPeriod = 'total', scope: BudgetScope = { kind: 'workspace' }) =>
          budgets.putBudget(access, { workspaceId, scope, period, limitMicroUsd: limitUsd * 1e6 }),
        /** A call that can cost this many dollars. */
        request: (estimateUsd: number, fields: Partial<SpendRequest> = {}): SpendRequest => ({
          runId: newId('run'),
          threadId: newId('thr'),
          workspaceId,
          userId,
          isAnonymous: false,
          agentId,
          callId: 'call 1',
          model: 'ours/model',
          estimate: { inputTokens: estimateUsd * 1e6, maxOutputTokens: 0 },
          runLimits: { maxCostUsd: null },
          ...fields,
        }),
      };
    }

    beforeEach(async () => {
      world = await createWorld();
    });
    const committed = async (key: string) => (await world.counters.committed([key])).get(key);
    const settle = (request: SpendRequest, usd: number) =>
      world.guard.settle({
        runId: request.runId,
        callId: request.callId,
        usage: usage(usd * 1e6),
      });

    it('lets everything pass where there are no limits', async () => {
      const request = world.request(1_000_000);

      expect(await world.guard.reserve(request)).toEqual({ kind: 'reserved', priced: true, isHeld: false });
      await settle(request, 3);
      expect(await world.counters.unfinished(request.runId)).toEqual([]);
    });

    it('reads the limits once when it is told early that it will be asked', async () => {
      const rules = vi.spyOn(world.budgets, 'rules');
      const request = world.request(1);

      world.guard.lookAhead(request);
      await world.guard.reserve(request);

      expect(rules).toHaveBeenCalledTimes(1);
    });

    it('tells the prices of the workspace, without asking for them once more', async () => {
      const rules = vi.spyOn(world.budgets, 'rules');
      const request = world.request(1);
      await world.guard.reserve(request);

      expect(await world.guard.prices(request)).toMatchObject([{ model: 'ours/model', input: 1 }]);
      expect(rules).toHaveBeenCalledTimes(1);
    });

    it('asks again itself when looking ahead failed', async () => {
      await world.budget(0);
      vi.spyOn(world.budgets, 'rules').mockRejectedValueOnce(unavailable('The database', new Error('down')));
      const request = world.request(1);

      world.guard.lookAhead(request);
      await new Promise(setImmediate);

      expect(await world.guard.reserve(request)).toMatchObject({ kind: 'breach' });
    });

    it('lets a call pass whose price nobody knows, and says so', async () => {
      await world.budget(0);

      const reservation = await world.guard.reserve(world.request(1, { model: 'ours/other' }));

      expect(reservation).toEqual({ kind: 'reserved', priced: false, isHeld: false });
    });

    it('lets free models pass a budget of nothing', async () => {
      await world.budget(0);

      expect(await world.guard.reserve(world.request(1, { model: 'demo/scripted' }))).toMatchObject({
        kind: 'reserved',
      });
    });

    it('lets nobody spend who does not belong to the workspace', async () => {
      await world.budget(100);
      const request = world.request(1);
      const before = await world.guard.reserve(request);
      world.leave();
      world.pass(11_000);

      const after = await world.guard.reserve({ ...request, callId: 'call 2' });

      expect([before.kind, after.kind]).toEqual(['reserved', 'refused']);
    });

    it('counts what a run has spent before a budget was set in the middle of it', async () => {
      const request = world.request(1, { threadId: await world.thread(), callId: '2' });
      const question = { scope: '', turn: 1, agentId: world.agentId, model: request.model, at: timestamp(startMs) };
      const response = { output: [], usage: usage(3e6) };
      const entry: JournalEntry = { type: 'model', ...question, requestHash: '', response, said: [] };
      await world.journal.put(request.runId, { v: 1, index: 0, attempt: 1, entry });
      const { id } = await world.budget(5);

      await world.guard.reserve(request);

      expect(await committed(id)).toBe(4e6);
      expect(await world.guard.reserve({ ...request, callId: '3' })).toMatchObject({ kind: 'reserved' });
      expect(await world.guard.reserve({ ...request, callId: '4' })).toMatchObject({ kind: 'breach', spentUsd: 5 });
    });

    it('says which budget is in the way', async () => {
      const { id } = await world.budget(5);
      await world.guard.reserve(world.request(4));

      const breach = await world.guard.reserve(world.request(1.5));

      expect(breach).toEqual({
        kind: 'breach',
        scope: 'workspace',
        budgetId: id,
        limitUsd: 5,
        spentUsd: 4,
        message:
          'The budget of $5.00 for this workspace is reached: $4.00 is spent or reserved, and the next step may cost up to $1.50.',
      });
      expect(await committed(id)).toBe(4e6);
    });

    it('replaces what was reserved by what it cost', async () => {
      const { id } = await world.budget(5);
      const first = world.request(4);
      await world.guard.reserve(first);

      await settle(first, 0.25);

      expect(await committed(id)).toBe(0.25e6);
      expect(await world.guard.reserve(world.request(4.75))).toMatchObject({ kind: 'reserved' });
    });

    it('gives back what was reserved for a call that was not made, which may then be made after all', async () => {
      const { id } = await world.budget(5);
      const request = world.request(4);
      await world.guard.reserve(request);

      for (let again = 0; again < 2; again += 1) await world.guard.release(request);
      const released = await committed(id);
      const reserved = await world.guard.reserve(request);

      expect([released, reserved.kind, await committed(id)]).toEqual([0, 'reserved', 4e6]);
    });

    it('reserves and settles a call once, however often a replayed run asks', async () => {
      const { id } = await world.budget(5);
      const request = world.request(4);

      for (let again = 0; again < 3; again += 1) {
        expect(await world.newGuard().reserve(request)).toMatchObject({ kind: 'reserved' });
      }
      const reserved = await committed(id);
      for (let again = 0; again < 3; again += 1) await settle(request, 1 + again);
      await world.newGuard().reserve(request);

      expect([reserved, await committed(id)]).toEqual([4e6, 1e6]);
    });

    it('does not mind a call that it does not know', async () => {
      const request = world.request(1);

      await settle(request, 1);
      await world.guard.release(request);
      await world.guard.releaseRun(request.runId, []);

      expect(await world.counters.call(request)).toBeNull();
    });

    it('takes nothing from other limits when one is reached', async () => {
      const { id } = await world.budget(100);
      const day = await world.budget(100, 'day');
      await world.budget(1, 'month', { kind: 'user', userId: world.userId });

      const breach = await world.guard.reserve(world.request(2));

      expect(breach).toMatchObject({ kind: 'breach', scope: 'user', limitUsd: 1, spentUsd: 0 });
      expect([await committed(id), await committed(`${day.id}:2026-11-21`)]).toEqual([0, 0]);
    });

    it('binds a run by its own limit', async () => {
      const request = world.request(2, { runLimits: { maxCostUsd: 3 } });
      await world.guard.reserve(request);

      const breach = await world.guard.reserve({ ...request, callId: 'call 2' });
      const other = await world.guard.reserve({ ...request, runId: newId('run') });

      expect(breach).toMatchObject({ kind: 'breach', scope: 'run', limitUsd: 3, spentUsd: 2 });
      expect('budgetId' in breach).toBe(false);
      expect(other.kind).toBe('reserved');
    });

    it('lets a run pass a limit that it was allowed to pass', async () => {
      const { id } = await world.budget(5);
      const request = world.request(9, { runLimits: { maxCostUsd: 3 } });
      await world.counters.allow(request.runId, id, null);
      await world.counters.allow(request.runId, 'run', 10e6);

      expect(await world.guard.reserve(request)).toMatchObject({ kind: 'reserved' });
      expect(await world.guard.reserve({ ...request, callId: 'call 2' })).toMatchObject({ scope: 'run', limitUsd: 3 });
      expect(await world.guard.reserve(world.request(1))).toMatchObject({ scope: 'workspace', spentUsd: 9 });
    });

    it('refuses by the limit as it is now, not as it was remembered', async () => {
      await world.budget(5);
      const request = world.request(7);
      const refused = await world.guard.reserve(request);
      await world.budget(8);

      expect(refused.kind).toBe('breach');
      expect(await world.guard.reserve(request)).toMatchObject({ kind: 'reserved' });
    });

    it('begins anew with the day, and settles yesterday’s calls yesterday', async () => {
      const { id } = await world.budget(5, 'day');
      const late = world.request(5);
      await world.guard.reserve(late);

      world.pass(12 * 3_600_000);
      const early = await world.guard.reserve(world.request(5));
      await settle(late, 2);

      expect(early.kind).toBe('reserved');
      expect([await committed(`${id}:2026-11-21`), await committed(`${id}:2026-11-22`)]).toEqual([2e6, 5e6]);
    });

    it('gives back what a run that has ended still holds', async () => {
      const { id } = await world.budget(50);
      const run = world.request(4);
      await world.guard.reserve(run);
      await settle(run, 1);
      for (const callId of ['call 2', 'call 3']) await world.guard.reserve({ ...run, callId });
      await world.guard.reserve(world.request(8));

      await world.guard.releaseRun(run.runId, []);

      expect(await committed(id)).toBe(9e6);
      expect(await world.counters.unfinished(run.runId)).toEqual([]);
    });

    it('spends no more than the budget for fifty when two hundred runs ask at once, and none is stuck', async () => {
      const { id } = await world.budget(50);
      const guards = Array.from({ length: 4 }, world.newGuard);
      const runs = Array.from({ length: 200 }, () => world.request(1));
      let most = 0;
      let spent = 0;

      const outcomes = await Promise.all(
        runs.map(async (request, index) => {
          const guard = guards[index % guards.length] ?? world.guard;
          const reservation = await guard.reserve(request);
          most = Math.max(most, (await committed(id)) ?? 0);
          if (reservation.kind === 'breach') return 'refused';
          spent += 1;
          await guard.settle({ ...request, usage: usage(1e6) });
          return 'done';
        }),
      );

      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(50);
      expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(150);
      expect([spent, most, await committed(id)]).toEqual([50, 50e6, 50e6]);
    });

    it('never holds more than a limit, and nothing when all is over, whatever happens in whichever order', async () => {
      const step = fc.record({
        run: fc.nat(5),
        call: fc.nat(2),
        act: fc.constantFrom('reserve', 'reserve', 'settle', 'release', 'end'),
        usd: fc.integer({ min: 1, max: 6 }),
      });

      await fc.assert(
        // At most one worker works on a run, so what happens at once belongs to different runs.
        fc.asyncProperty(
          fc.array(fc.uniqueArray(step, { maxLength: 6, selector: ({ run }) => run })),
          async (batches) => {
            const each = await createWorld();
            const [total, own] = [
              await each.budget(12),
              await each.budget(8, 'total', { kind: 'user', userId: each.userId }),
            ];
            const runIds = Array.from({ length: 6 }, () => newId('run'));
            for (const batch of batches) {
              await Promise.all(
                batch.map(async ({ run, call, act, usd }) => {
                  const request = each.request(6, { runId: runIds[run] ?? newId('run'), callId: `call ${call}` });
                  if (act === 'reserve') await each.guard.reserve(request);
                  if (act === 'settle') await each.guard.settle({ ...request, usage: usage(usd * 1e6) });
                  if (act === 'release') await each.guard.release(request);
                  if (act === 'end') await each.guard.releaseRun(request.runId, []);
                }),
              );
              const now = await each.counters.committed([total.id, own.id]);
              expect(now.get(total.id) ?? 0).toBeLessThanOrEqual(12e6);
              expect(now.get(own.id) ?? 0).toBeLessThanOrEqual(8e6);
            }
            for (const runId of runIds) await each.guard.releaseRun(runId, []);
            const end = await each.counters.committed([total.id, own.id]);
            expect(end.get(total.id) ?? 0).toBe(end.get(own.id) ?? 0);
          },
        ),
        { numRuns: name === 'memory' ? 200 : 5 },
      );
    });
  });
}
