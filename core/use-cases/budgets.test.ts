import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../domain/principal.ts';
import { newId, newUserId } from '../ports/samples.contract.ts';
import type { Budget } from '../protocol/budget.ts';
import { applyBudgetDecision, listBudgets, removeBudget, setBudget, setPrice } from './budgets.ts';
import { recordUsage } from './record-usage.ts';
import { createWorld, startMs, type World } from './testing.ts';
import { workspaceUsage } from './usage.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const total = (limitUsd: number) => ({ scope: { kind: 'workspace' } as const, period: 'total' as const, limitUsd });
const page = { limit: 50 };
const model = 'ours/model';

/** A run of Olga's that can cost this many dollars with its next call. */
const nextCall = (usd: number, runId = newId('run'), callId = 'call 1') => ({
  runId,
  callId,
  threadId: newId('thr'),
  workspaceId: world.olga.workspaceId,
  userId: world.olga.userId,
  isAnonymous: false,
  agentId: world.olga.agentId,
  model,
  estimate: { inputTokens: usd * 1e6, maxOutputTokens: 0 },
  runLimits: { maxCostUsd: null },
});
const setOwnPrice = () => {
  const price = { model, validFrom: '2020-01-01', input: 1, cachedInput: 1, output: 1 };
  return setPrice(world.deps, world.olga, world.olga.workspaceId, price);
};

describe('budgets', () => {
  it('tell what is used of them, and when they begin anew', async () => {
    await setOwnPrice();
    const { workspaceId } = world.olga;
    await setBudget(world.deps, world.olga, workspaceId, { ...total(5), period: 'day' });
    await world.deps.spend.reserve(nextCall(2));

    const { data } = await listBudgets(world.deps, world.olga, workspaceId, page);

    const midnight = new Date(startMs + 86_400_000).toISOString().slice(0, 10);
    expect(data).toMatchObject([{ limitUsd: 5, usedUsd: 2, resetsAt: `${midnight}T00:00:00.000Z` }]);
  });

  it('begin with what was spent before they were set', async () => {
    await setOwnPrice();
    const { workspaceId } = world.olga;
    const run = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Hello' } });
    const usage = { inputTokens: 3e6, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 };
    const at = new Date(startMs).toISOString();
    const answered = { keyOf: 'workspace', outcome: 'answered', isEstimate: false } as const;
    const calls = [{ callId: '1', agentId: world.olga.agentId, model, usage, at, ...answered }];
    const record = await world.record(run.runId);
    for (let again = 0; again < 2; again += 1) await recordUsage(world.deps, record, calls);

    const budget = await setBudget(world.deps, world.olga, workspaceId, total(5));
    const fits = await world.deps.spend.reserve(nextCall(2));
    const breach = await world.deps.spend.reserve(nextCall(0.5));
    const bill = await workspaceUsage(world.deps, world.olga, workspaceId, { by: 'model', limit: 50 });

    expect(budget.usedUsd).toBe(3);
    expect([fits.kind, breach]).toMatchObject(['reserved', { kind: 'breach', spentUsd: 5 }]);
    expect(bill.data).toMatchObject([{ key: model, calls: 1, costUsd: 3 }]);
  });

  it('do not exist for strangers', async () => {
    const { workspaceId } = world.olga;
    const budget = await setBudget(world.deps, world.olga, workspaceId, total(5));
    const asked = [
      listBudgets(world.deps, world.sven, workspaceId, page),
      setBudget(world.deps, world.sven, workspaceId, total(9)),
      removeBudget(world.deps, world.sven, workspaceId, budget.id),
      workspaceUsage(world.deps, world.sven, workspaceId, { by: 'day', limit: 50 }),
    ];

    for (const request of asked) await expect(request).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are not changed by an API key that may only run', async () => {
    const key: Principal = {
      kind: 'service',
      userId: world.olga.userId,
      isAnonymous: false,
      email: null,
      issuedAtMs: startMs,
      expiresAtMs: 9e12,
      workspaceId: world.olga.workspaceId,
      apiKeyId: newId('key'),
      scopes: ['read', 'run'],
    };

    await expect(setBudget(world.deps, key, world.olga.workspaceId, total(5))).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('a run that a limit has stopped', () => {
  const runId = newId('run');
  let budget: Budget;
  beforeEach(async () => {
    await setOwnPrice();
    budget = await setBudget(world.deps, world.olga, world.olga.workspaceId, total(5));
  });
  const decide = (caller: Principal, decision: Parameters<typeof applyBudgetDecision>[3], budgetId?: Budget['id']) =>
    applyBudgetDecision(world.deps, caller, { workspaceId: world.olga.workspaceId, runId, budgetId }, decision);
  const kinds = async (...usd: number[]) => {
    const answers = [];
    for (const [index, each] of usd.entries())
      answers.push((await world.deps.spend.reserve(nextCall(each, runId, `call ${index}`))).kind);
    return answers;
  };

  it('goes on when the budget is raised, as far as that', async () => {
    expect(await kinds(6)).toEqual(['breach']);

    for (let again = 0; again < 2; again += 1) await decide(world.olga, { decision: 'raise', limitUsd: 8 }, budget.id);

    expect(await kinds(6, 6)).toEqual(['reserved', 'breach']);
  });

  it('leaves a budget alone that somebody has raised further meanwhile', async () => {
    await setBudget(world.deps, world.olga, world.olga.workspaceId, total(50));

    await decide(world.olga, { decision: 'raise', limitUsd: 8 }, budget.id);

    const { data } = await listBudgets(world.deps, world.olga, world.olga.workspaceId, page);
    expect(data).toMatchObject([{ limitUsd: 50 }]);
  });

  it('may pass the limit alone, and is counted', async () => {
    await decide(world.olga, { decision: 'continue_once' }, budget.id);

    expect(await kinds(6, 6)).toEqual(['reserved', 'reserved']);
    expect(await world.deps.spend.reserve(nextCall(1))).toMatchObject({ kind: 'breach', spentUsd: 12 });
  });

  it('may have its own limit raised', async () => {
    const own = { ...nextCall(2, runId), runLimits: { maxCostUsd: 1 } };
    const before = await world.deps.spend.reserve(own);

    await decide(world.olga, { decision: 'raise', limitUsd: 3 });

    expect(before).toMatchObject({ kind: 'breach', scope: 'run' });
    expect((await world.deps.spend.reserve(own)).kind).toBe('reserved');
  });

  it('gives back what it holds when it ends, whoever ends it', async () => {
    const run = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Hello' } });
    await world.deps.spend.reserve(nextCall(4, run.runId));

    await world.end(run.runId, { status: 'cancelled' });

    const { data } = await listBudgets(world.deps, world.olga, world.olga.workspaceId, page);
    expect(data).toMatchObject([{ usedUsd: 0 }]);
  });

  it('is given no room by whoever may not manage budgets, who may stop it', async () => {
    const guest: Principal = { ...world.sven, userId: newUserId() };

    await expect(decide(guest, { decision: 'continue_once' }, budget.id)).rejects.toMatchObject({ code: 'not_found' });
    await decide(guest, { decision: 'stop' }, budget.id);

    expect(await kinds(6)).toEqual(['breach']);
  });
});
