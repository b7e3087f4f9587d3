import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentId, RunId, ThreadId, UserId, WorkspaceId } from '../protocol/ids.ts';
import type { BudgetStore } from './budget-store.ts';
import type { AccessMinter, DataAccess } from './identity.ts';
import { newId } from './samples.contract.ts';
import type { UsageEntry, UsageLedger } from './usage-ledger.ts';

interface Person {
  readonly userId: UserId;
  readonly isAnonymous: boolean;
}

/** Stores with a workspace: `owner` owns it, `colleague` is a member, `stranger` is somebody of another workspace. */
export interface SpendingWorld {
  readonly budgets: BudgetStore;
  readonly ledger: UsageLedger;
  readonly access: AccessMinter;
  readonly owner: Person;
  readonly colleague: Person;
  readonly stranger: Person;
  readonly workspaceId: WorkspaceId;
  readonly agentId: AgentId;
  /** Adds a thread of a member's. */
  thread(of: Person): Promise<ThreadId>;
}

/** Each test of a suite works in a workspace of its own. */
export function budgetStoreContract(name: string, create: () => Promise<SpendingWorld>): void {
  describe(`${name} as a budget store`, () => {
    let world: SpendingWorld;
    let owner: DataAccess;
    let colleague: DataAccess;
    let stranger: DataAccess;
    beforeAll(async () => {
      world = await create();
      owner = await world.access.forUser(world.owner);
      colleague = await world.access.forUser(world.colleague);
      stranger = await world.access.forUser(world.stranger);
    });
    const total = (limitMicroUsd: number) => ({
      workspaceId: world.workspaceId,
      scope: { kind: 'workspace' } as const,
      period: 'total' as const,
      limitMicroUsd,
    });

    it('keeps one budget of a scope and period', async () => {
      const first = await world.budgets.putBudget(owner, total(5_000_000));
      const second = await world.budgets.putBudget(owner, total(7_000_000));

      expect(first).toMatchObject(total(5_000_000));
      expect(second).toMatchObject({ id: first.id, limitMicroUsd: 7_000_000 });
      expect(await world.budgets.budget(colleague, first.id)).toMatchObject({ limitMicroUsd: 7_000_000 });
      expect(await world.budgets.budget(stranger, first.id)).toBeNull();
    });

    it('lets owners and admins change budgets and prices, and nobody else', async () => {
      const price = { model: 'ours/other', validFrom: '2026-11-01', input: 1, cachedInput: 1, output: 1 };
      const { id } = await world.budgets.putBudget(owner, total(7_000_000));

      for (const access of [colleague, stranger]) {
        await expect(world.budgets.putBudget(access, total(1))).rejects.toMatchObject({ code: 'forbidden' });
        await expect(world.budgets.putPrice(access, world.workspaceId, price)).rejects.toMatchObject({
          code: 'forbidden',
        });
        expect(await world.budgets.removeBudget(access, world.workspaceId, id)).toBe(false);
      }
      expect(await world.budgets.budget(owner, id)).toMatchObject({ limitMicroUsd: 7_000_000 });
    });

    it('binds only people and agents of the workspace', async () => {
      const { userId } = world.stranger;
      const foreign = { ...total(1), scope: { kind: 'user' as const, userId } };
      const missing = { ...total(1), scope: { kind: 'agent' as const, agentId: newId('agt') } };

      await expect(world.budgets.putBudget(owner, foreign)).rejects.toMatchObject({ code: 'invalid_request' });
      await expect(world.budgets.putBudget(owner, missing)).rejects.toMatchObject({ code: 'invalid_request' });
    });

    it('gives a person’s run what binds it, and shows no other person’s budgets', async () => {
      const own = { kind: 'user' as const, userId: world.colleague.userId };
      const agent = { kind: 'agent' as const, agentId: world.agentId };
      await world.budgets.putBudget(owner, total(7_000_000));
      await world.budgets.putBudget(owner, { ...total(2), scope: own, period: 'month' });
      await world.budgets.putBudget(owner, { ...total(3), scope: agent, period: 'day' });
      await world.budgets.putBudget(owner, { ...total(4), scope: { ...own, userId: world.owner.userId } });
      const price = { model: 'ours/model', validFrom: '2026-11-01', input: 1.5, cachedInput: 0.125, output: 2 };
      await world.budgets.putPrice(owner, world.workspaceId, price);

      const run = await world.access.forThread(world.colleague, await world.thread(world.colleague));
      const rules = await world.budgets.rules(run, world);
      const page = await world.budgets.budgets(colleague, { workspaceId: world.workspaceId, limit: 50 });
      const other = await world.budgets.rules(stranger, world);

      expect(rules.budgets.map(({ limitMicroUsd }) => limitMicroUsd).toSorted((a, b) => a - b)).toEqual([
        2, 3, 7_000_000,
      ]);
      expect(rules.prices).toMatchObject([price]);
      expect(page.data).toHaveLength(3);
      expect(rules.isMember).toBe(true);
      expect(other).toEqual({ isMember: false, budgets: [], prices: [] });
    });

    it('lists page by page', async () => {
      const { workspaceId } = world;
      const whole = await world.budgets.budgets(owner, { workspaceId, limit: 50 });
      const seen = [];
      let cursor: string | undefined;
      do {
        const page = await world.budgets.budgets(owner, { workspaceId, limit: 1, cursor });
        seen.push(...page.data);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);

      expect(seen).toEqual(whole.data);
      expect(whole.nextCursor).toBeNull();
      await expect(world.budgets.budgets(owner, { workspaceId, limit: 1, cursor: 'x' })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    });

    it('keeps prices by model and day', async () => {
      const { workspaceId } = world;
      const price = { model: 'azure/ours', validFrom: '2026-11-01', input: 0.000001, cachedInput: 0, output: 2 };
      await world.budgets.putPrice(owner, workspaceId, price);
      await world.budgets.putPrice(owner, workspaceId, { ...price, validFrom: '2026-12-01' });
      await world.budgets.putPrice(owner, workspaceId, { ...price, output: 3 });

      const first = await world.budgets.prices(colleague, { workspaceId, limit: 1 });
      const second = await world.budgets.prices(colleague, {
        workspaceId,
        limit: 1,
        cursor: first.nextCursor ?? undefined,
      });
      const hidden = await world.budgets.prices(stranger, { workspaceId, limit: 1 });
      const refused = await world.budgets.removePrice(colleague, workspaceId, price);
      const removed = await world.budgets.removePrice(owner, workspaceId, price);
      const again = await world.budgets.removePrice(owner, workspaceId, price);

      expect([first.data, second.data, hidden.data]).toEqual([
        [{ ...price, validFrom: '2026-12-01' }],
        [{ ...price, output: 3 }],
        [],
      ]);
      expect([refused, removed, again]).toEqual([false, true, false]);
    });

    it('removes a budget once', async () => {
      const { id } = await world.budgets.putBudget(owner, { ...total(9), period: 'day' });

      expect(await world.budgets.removeBudget(owner, newId('wsp'), id)).toBe(false);
      expect(await world.budgets.removeBudget(owner, world.workspaceId, id)).toBe(true);
      expect(await world.budgets.removeBudget(owner, world.workspaceId, id)).toBe(false);
      expect(await world.budgets.budget(owner, id)).toBeNull();
    });
  });
}

const entry = (agentId: AgentId, callId: string, fields: Partial<UsageEntry> = {}): UsageEntry => ({
  callId,
  agentId,
  model: 'openai/gpt-5.2',
  keyOf: 'workspace',
  at: '2026-11-20T23:59:59.999Z',
  isEstimate: false,
  inputTokens: 1_000,
  cachedInputTokens: 200,
  outputTokens: 100,
  reasoningTokens: 40,
  costMicroUsd: 2_835,
  priceDate: '2026-09-23',
  ...fields,
});

export function usageLedgerContract(name: string, create: () => Promise<SpendingWorld>): void {
  describe(`${name} as a usage ledger`, () => {
    let world: SpendingWorld;
    let threadId: ThreadId;
    let colleagues: ThreadId;
    const runId: RunId = newId('run');
    const range = () => ({ workspaceId: world.workspaceId, from: '2026-11-01', to: '2026-11-30', limit: 50 });

    beforeAll(async () => {
      world = await create();
      [threadId, colleagues] = [await world.thread(world.owner), await world.thread(world.colleague)];
      const [own, others] = [
        await world.access.forThread(world.owner, threadId),
        await world.access.forThread(world.colleague, colleagues),
      ];
      const calls = [
        entry(world.agentId, '1'),
        entry(world.agentId, '2', { at: '2026-11-21T00:00:00.000Z', costMicroUsd: 1, isEstimate: true, keyOf: null }),
      ];
      await world.ledger.record(own, { threadId, runId }, calls.slice(0, 1));
      await world.ledger.record(own, { threadId, runId }, calls);
      await world.ledger.record(own, { threadId, runId }, []);
      const unpriced = { model: 'azure/ours', costMicroUsd: null, priceDate: null, at: '2026-11-21T08:00:00.000Z' };
      await world.ledger.record(others, { threadId: colleagues, runId: newId('run') }, [
        entry(world.agentId, '1', unpriced),
        entry(world.agentId, '2', { at: '2026-12-01T00:00:00.000Z' }),
      ]);
    });

    const totals = async (person: Person, by: Parameters<UsageLedger['totals']>[1]['by']) => {
      const { data } = await world.ledger.totals(await world.access.forUser(person), { ...range(), by });
      return data.map(({ key, calls, costUsd }) => [key, calls, costUsd]);
    };

    it('counts each call once, by day', async () => {
      const access = await world.access.forUser(world.owner);
      const { data, nextCursor } = await world.ledger.totals(access, { ...range(), by: 'day' });

      expect(nextCursor).toBeNull();
      expect(data).toEqual([
        {
          key: '2026-11-20',
          calls: 1,
          unpricedCalls: 0,
          estimatedCalls: 0,
          inputTokens: 1_000,
          cachedInputTokens: 200,
          outputTokens: 100,
          reasoningTokens: 40,
          costUsd: 0.002835,
        },
        {
          key: '2026-11-21',
          calls: 2,
          unpricedCalls: 1,
          estimatedCalls: 1,
          inputTokens: 2_000,
          cachedInputTokens: 400,
          outputTokens: 200,
          reasoningTokens: 80,
          costUsd: 0.000001,
        },
      ]);
    });

    it('sums up by model, person, agent and thread, the dearest first', async () => {
      const { owner, colleague, agentId } = world;

      expect(await totals(owner, 'model')).toEqual([
        ['openai/gpt-5.2', 2, 0.002836],
        ['azure/ours', 1, 0],
      ]);
      expect(await totals(owner, 'user')).toEqual([
        [owner.userId, 2, 0.002836],
        [colleague.userId, 1, 0],
      ]);
      expect(await totals(owner, 'agent')).toEqual([[agentId, 3, 0.002836]]);
      expect(await totals(owner, 'thread')).toEqual([
        [threadId, 2, 0.002836],
        [colleagues, 1, 0],
      ]);
    });

    it('shows members their own, and strangers nothing', async () => {
      expect(await totals(world.colleague, 'user')).toEqual([[world.colleague.userId, 1, 0]]);
      expect(await totals(world.colleague, 'thread')).toEqual([[colleagues, 1, 0]]);
      expect(await totals(world.stranger, 'day')).toEqual([]);
    });

    it.each(['day', 'model', 'thread'] as const)('lists page by page: by %s', async (by) => {
      const access = await world.access.forUser(world.owner);
      const whole = await world.ledger.totals(access, { ...range(), by });
      const seen = [];
      let cursor: string | undefined;
      do {
        const page = await world.ledger.totals(access, { ...range(), by, cursor, limit: 1 });
        seen.push(...page.data);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);

      expect(seen).toEqual(whole.data);
      expect(seen).toHaveLength(2);
    });

    it('sums up a thread for whoever may see it', async () => {
      const ownerSees = await world.ledger.thread(await world.access.forUser(world.owner), colleagues);
      const colleagueSees = await world.ledger.thread(await world.access.forUser(world.colleague), threadId);

      expect(ownerSees).toMatchObject({ calls: 2, unpricedCalls: 1, costUsd: 0.002835 });
      expect(colleagueSees).toMatchObject({ calls: 0, costUsd: 0 });
    });

    it('takes calls only under the token of their thread', async () => {
      const entries = [entry(world.agentId, 'forged')];
      const person = await world.access.forUser(world.owner);
      const other = await world.access.forThread(world.owner, colleagues);

      await expect(world.ledger.record(person, { threadId, runId }, entries)).rejects.toMatchObject({
        code: 'forbidden',
      });
      await expect(world.ledger.record(other, { threadId, runId }, entries)).rejects.toMatchObject({
        code: 'forbidden',
      });
    });

    it('begins a counter with what stands in it', async () => {
      const { workspaceId } = world;
      const owner = await world.access.forUser(world.owner);
      const put = (scope: Parameters<BudgetStore['putBudget']>[1]['scope']) =>
        world.budgets.putBudget(owner, { workspaceId, scope, period: 'month', limitMicroUsd: 1 });
      const [all, mine] = [await put({ kind: 'workspace' }), await put({ kind: 'user', userId: world.owner.userId })];
      const colleague = await world.access.forUser(world.colleague);

      expect(await world.budgets.spent(colleague, all.id, null)).toBe(2_835 * 2 + 1);
      expect(await world.budgets.spent(owner, all.id, '2026-11-21')).toBe(2_836);
      expect(await world.budgets.spent(owner, mine.id, null)).toBe(2_836);
      expect(await world.budgets.spent(colleague, mine.id, null)).toBe(0);
    });
  });
}
