import type { HeldCall, SpendCounters } from '#core/ports/spend-counters.ts';
import type { SpendCall } from '#core/ports/spend-guard.ts';

export function createMemorySpendCounters(): SpendCounters {
  const calls = new Map<string, HeldCall & { isDone: boolean }>();
  const counters = new Map<string, { committed: number; held: Map<string, number> }>();
  const allowances = new Map<string, number | null>();
  const nameOf = ({ runId, callId }: SpendCall) => `${runId} ${callId}`;
  const bare = ({ isDone: _, ...call }: HeldCall & { isDone: boolean }): HeldCall => structuredClone(call);

  return {
    async open(call) {
      const name = nameOf(call);
      const kept = calls.get(name) ?? { ...structuredClone(call), isDone: false };
      calls.set(name, kept);
      return bare(kept);
    },
    async call(call) {
      const kept = calls.get(nameOf(call));
      return kept ? bare(kept) : null;
    },
    async begin(key, committed) {
      if (!counters.has(key)) counters.set(key, { committed, held: new Map() });
    },
    async hold(key, call, amount, limit) {
      const counter = counters.get(key);
      if (!counter) return { kind: 'unknown' };
      if (counter.held.has(nameOf(call))) return { kind: 'held' };
      if (limit !== null && counter.committed + amount > limit)
        return { kind: 'full', committedMicroUsd: counter.committed };
      counter.committed += amount;
      counter.held.set(nameOf(call), amount);
      return { kind: 'held' };
    },
    async close(call, costMicroUsd) {
      const kept = calls.get(nameOf(call));
      if (!kept) return null;
      const closed = { ...kept, costMicroUsd: kept.costMicroUsd ?? costMicroUsd };
      calls.set(nameOf(call), closed);
      return bare(closed);
    },
    async replace(key, call, costMicroUsd) {
      const counter = counters.get(key);
      const held = counter?.held.get(nameOf(call));
      if (!counter || held === undefined) return;
      counter.committed += costMicroUsd - held;
      counter.held.delete(nameOf(call));
    },
    async done(call) {
      const kept = calls.get(nameOf(call));
      if (kept) calls.set(nameOf(call), { ...kept, isDone: true });
    },
    forget: async (call) => void calls.delete(nameOf(call)),
    unfinished: async (runId) =>
      [...calls.values()].filter((call) => call.runId === runId && !call.isDone).map((call) => bare(call)),
    allow: async (runId, limit, limitMicroUsd) => void allowances.set(`${runId} ${limit}`, limitMicroUsd),
    allowance: async (runId, limit) => allowances.get(`${runId} ${limit}`),
    async committed(keys) {
      return new Map(
        keys.flatMap((key) => {
          const counter = counters.get(key);
          return counter ? [[key, counter.committed] as const] : [];
        }),
      );
    },
  };
}
