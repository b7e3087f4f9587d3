import { expect, it } from 'vitest';
import type { JournalRecord } from '#core/domain/journal.ts';
import { newId, sampleToolContext } from '#core/ports/samples.contract.ts';
import { threadStream } from '#core/use-cases/load-thread.ts';
import { createMemoryEventLog } from '../memory/memory-event-log.ts';
import { createMemoryJournal } from '../memory/memory-journal.ts';
import { createMemoryMetrics } from '../memory/memory-metrics.ts';
import { createMemoryRateLimiter } from '../memory/memory-rate-limiter.ts';
import { createUnlimitedSpendGuard } from '../memory/unlimited-spend-guard.ts';
import { measuredJournal, measuredLimiter, measuredLog, measuredSpend } from './measured.ts';

const createMeasuring = () => ({ metrics: createMemoryMetrics(), now: () => 5 });

it('times appends, and only those that have landed', async () => {
  const measuring = createMeasuring();
  const stream = threadStream(newId('thr'));
  const memory = createMemoryEventLog({ now: Date.now });
  const batch = { batchId: 'one', events: [{ type: 'notice' as const, level: 'info' as const, message: 'Hello' }] };

  await measuredLog(measuring, memory).append(stream, batch);
  const down = measuredLog(measuring, { ...memory, append: () => Promise.reject(new Error('down')) });
  await expect(down.append(stream, batch)).rejects.toThrow('down');

  expect(measuring.metrics.recorded).toEqual({ AppendMs: [0] });
});

it('counts the entries of a journal whose place was taken', async () => {
  const measuring = createMeasuring();
  const journal = measuredJournal(measuring, createMemoryJournal());
  const runId = newId('run');
  const record = (attempt: number): JournalRecord => ({
    v: 1,
    index: 0,
    attempt,
    entry: { type: 'began', owner: 'worker-1' },
  });

  expect([await journal.put(runId, record(1)), await journal.put(runId, record(2))]).toEqual(['kept', 'taken']);
  expect(measuring.metrics.recorded).toEqual({ JournalPutMs: [0, 0], JournalConflicts: [1] });
});

it('counts refusals by the name of the limit, not by whom it refused', async () => {
  const measuring = createMeasuring();
  const limiter = measuredLimiter(measuring, createMemoryRateLimiter({ now: () => 1_000_000 }));
  const limit = { name: 'runs', count: 1, seconds: 60 };

  await limiter.take(limit, 'user:olga');
  await limiter.take(limit, 'user:olga');

  expect(measuring.metrics.recorded).toEqual({ 'RateLimitRefusals runs': [1] });
});

it('counts calls that did not fit a budget', async () => {
  const measuring = createMeasuring();
  const breach = {
    kind: 'breach' as const,
    scope: 'workspace' as const,
    limitUsd: 1,
    spentUsd: 1,
    message: 'Reached.',
  };
  const request = {
    ...sampleToolContext(),
    model: 'demo/scripted',
    estimate: { inputTokens: 1, maxOutputTokens: 1 },
    runLimits: { maxCostUsd: null },
  };
  const open = createUnlimitedSpendGuard();

  await measuredSpend(measuring, open).reserve(request);
  await measuredSpend(measuring, { ...open, reserve: async () => breach }).reserve(request);

  expect(measuring.metrics.recorded).toEqual({ 'BudgetBreaches workspace': [1] });
});
