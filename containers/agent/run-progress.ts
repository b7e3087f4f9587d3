import { usageOf } from '#core/domain/paid-calls.ts';
import type { OwnPrice } from '#core/domain/prices.ts';
import { costOfEntries, usageEntriesOf } from '#core/domain/usage.ts';
import type { Append } from './event-writer.ts';
import type { HeldRun } from './live-runs.ts';
import type { AttemptDeps } from './run-attempt.ts';
import type { AttemptJournal } from './run-journal.ts';

/**
 * Lets the run's record say, whenever its lease is extended, when it told anything last and what its journal says that it has used: for
 * whoever looks at the runs of a workspace. Nothing more is written for that, and only prices are read, which the first question of the
 * run needs anyway. Answers `append`, to which it listens.
 */
export function trackProgress(
  { spend, now, logger }: Pick<AttemptDeps, 'spend' | 'now' | 'logger'>,
  run: HeldRun,
  journal: AttemptJournal,
  append: Append,
): Append {
  let lastEventAtMs: number | undefined;
  let prices: readonly OwnPrice[] | undefined;
  let isAsking = false;

  const askPrices = async (): Promise<void> => {
    isAsking = true;
    try {
      prices = await spend.prices(run.record);
    } catch (error) {
      // What it costs is not known for now; the next renewal asks again, and the bill at its end does not depend on it.
      logger.warn({ error }, 'the prices for what a run has used could not be read');
    } finally {
      isAsking = false;
    }
  };

  run.reportProgress(() => {
    const calls = journal.modelCalls({ isOver: false });
    if (calls.length === 0) return { lastEventAtMs };
    if (!prices && !isAsking) void askPrices();
    const usage = usageOf(calls);
    return {
      lastEventAtMs,
      usage: prices ? { ...usage, costMicroUsd: costOfEntries(usageEntriesOf(calls, prices)) } : usage,
    };
  });

  return async (events) => {
    const firstTime = lastEventAtMs === undefined;
    const appended = await append(events);
    lastEventAtMs = now();
    if (firstTime && !isAsking) void askPrices();
    return appended;
  };
}
