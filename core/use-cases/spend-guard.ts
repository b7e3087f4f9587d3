import { breachOf, limitsOf, type SpendLimit } from '../domain/budget.ts';
import { createLruCache } from '../domain/lru-cache.ts';
import { modelCallsIn } from '../domain/paid-calls.ts';
import { costMicroUsd, priceOf } from '../domain/prices.ts';
import type { SpendRules } from '../ports/budget-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { HeldCall, SpendCounters } from '../ports/spend-counters.ts';
import type { Breach, SpendGuard, SpendRequest } from '../ports/spend-guard.ts';
import { recordUsage, type UsageDeps } from './record-usage.ts';

export interface SpendGuardDeps extends UsageDeps {
  readonly counters: SpendCounters;
  readonly journal: Journal;
  readonly now: Clock;
}

/** How long budgets and prices are remembered. A refusal is never made by remembered ones. */
const rulesLastMs = 10_000;
const mostRules = 1_000;

const held = { kind: 'reserved', priced: true, isHeld: true } as const;
const noMember = {
  kind: 'refused',
  message: 'Whoever asked for this does not belong to the workspace any more, so nothing more is spent on it.',
} as const;

/**
 * Reserves in one counter after the other, always in the same order, and gives back what was taken when one is full.
 * A process that dies half-way leaves a call that is known: the same call goes on where it stopped, and `releaseRun`
 * gives back what is left. For a moment a call may hold what another limit then denies it, so that a third one is refused
 * that would just have fitted; never is more spent than a limit allows.
 */
export function createSpendGuard(deps: SpendGuardDeps): SpendGuard {
  const { counters, now } = deps;
  const remembered = createLruCache<{ atMs: number; rules: Promise<SpendRules> }>(mostRules);

  function rulesFor(request: Parameters<SpendGuard['lookAhead']>[0], fresh: boolean): Promise<SpendRules> {
    const name = `${request.workspaceId} ${request.userId} ${request.agentId}`;
    const known = remembered.get(name);
    if (known && !fresh && now() - known.atMs < rulesLastMs) return known.rules;
    const rules = deps.minter
      .forThread(request, request.threadId)
      .then((access) => deps.budgets.rules(access, request));
    remembered.set(name, { atMs: now(), rules });
    rules.catch(() => remembered.delete(name));
    return rules;
  }

  async function reserve(request: SpendRequest, fresh: boolean): ReturnType<SpendGuard['reserve']> {
    const { isMember, budgets, prices } = await rulesFor(request, fresh);
    if (!isMember) return fresh ? noMember : reserve(request, true);
    const price = priceOf(request.model, now(), prices);
    if (!price) return { kind: 'reserved', priced: false, isHeld: false };
    const { inputTokens, maxOutputTokens: outputTokens } = request.estimate;
    const tokens = { inputTokens, outputTokens, cachedInputTokens: 0, reasoningTokens: 0 };
    const amountMicroUsd = costMicroUsd(price, tokens);
    const limits = limitsOf(budgets, request, now());
    if (amountMicroUsd === 0 || limits.length === 0) return { kind: 'reserved', priced: true, isHeld: false };
    const { runId, callId } = request;
    const keys = limits.map(({ counter }) => counter.key);
    const call = await counters.open({ runId, callId, amountMicroUsd, price, counters: keys });
    if (call.costMicroUsd !== undefined) return held;
    const full = await holdAll(request, call, limits);
    if (!full) return held;
    for (const key of call.counters.toReversed()) await counters.replace(key, call, 0);
    await counters.forget(call);
    // It may be a limit of a moment ago.
    return fresh ? full : reserve(request, true);
  }

  async function holdAll(request: SpendRequest, call: HeldCall, limits: SpendLimit[]): Promise<Breach | undefined> {
    for (const key of call.counters) {
      const limit = limits.find(({ counter }) => counter.key === key);
      // A limit that is gone since another worker reserved for this call: nothing is in the way.
      if (!limit) continue;
      const committed = await holdOne(request, call, limit);
      if (committed !== undefined) return breachOf(limit, committed, call.amountMicroUsd);
    }
    return undefined;
  }

  /** What stands in the counter if it is full, or undefined. */
  async function holdOne(request: SpendRequest, call: HeldCall, limit: SpendLimit): Promise<number | undefined> {
    const { key, expiresAtMs } = limit.counter;
    const attempt = (limitMicroUsd: number | null) => counters.hold(key, call, call.amountMicroUsd, limitMicroUsd);
    let hold = await attempt(limit.limitMicroUsd);
    if (hold.kind === 'unknown') {
      await counters.begin(key, await spentBefore(request, limit), expiresAtMs);
      hold = await attempt(limit.limitMicroUsd);
    }
    if (hold.kind === 'full') {
      const allowed = await counters.allowance(request.runId, limit.budgetId ?? 'run');
      if (allowed !== undefined) hold = await attempt(allowed && Math.max(allowed, limit.limitMicroUsd));
    }
    return hold.kind === 'full' ? hold.committedMicroUsd : undefined;
  }

  /** What the ledger has, and what this very run has asked before: a budget may have been set in the middle of it. */
  async function spentBefore(request: SpendRequest, { budgetId, counter }: SpendLimit): Promise<number> {
    if (!budgetId || counter.since === undefined) return 0;
    const entries = (await deps.journal.read(request.runId)).map(({ entry }) => entry);
    await recordUsage(deps, request, modelCallsIn(entries));
    const access = await deps.minter.forThread(request, request.threadId);
    return deps.budgets.spent(access, budgetId, counter.since);
  }

  async function letGo(call: HeldCall, costOfCall: number): Promise<void> {
    for (const key of call.counters) await counters.replace(key, call, costOfCall);
  }

  return {
    lookAhead(request) {
      // Who reserves asks again if this failed, and hears of it.
      rulesFor(request, false).catch(() => {});
    },

    prices: async (request) => (await rulesFor(request, false)).prices,

    reserve: (request) => reserve(request, false),

    async settle({ usage, ...call }) {
      const reserved = await counters.call(call);
      if (!reserved) return;
      const closed = await counters.close(call, costMicroUsd(reserved.price, usage));
      if (!closed) return;
      await letGo(closed, closed.costMicroUsd ?? 0);
      await counters.done(call);
    },

    async release(call) {
      const closed = await counters.close(call, 0);
      if (!closed) return;
      await letGo(closed, closed.costMicroUsd ?? 0);
      if (closed.costMicroUsd) await counters.done(call);
      else await counters.forget(call);
    },

    async releaseRun(runId, calls) {
      for (const call of await counters.unfinished(runId)) {
        const spent = calls.find(({ callId }) => callId === call.callId);
        const closed = await counters.close(call, spent ? costMicroUsd(call.price, spent.usage) : 0);
        if (closed) await letGo(closed, closed.costMicroUsd ?? 0);
        await counters.done(call);
      }
    },
  };
}
