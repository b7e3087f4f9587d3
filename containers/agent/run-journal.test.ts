import { describe, expect, it } from 'vitest';
import { createMemoryJournal } from '#adapters/memory/memory-journal.ts';
import type { JournalEntry } from '#core/domain/journal.ts';
import { claim } from '#core/domain/run-lease.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import type { Journal } from '#core/ports/journal.ts';
import { newId, samplePrepared, samplePreparedAgent, sampleRecord } from '#core/ports/samples.contract.ts';
import type { RunId } from '#core/protocol/ids.ts';
import { LeaseLostError, openJournal } from './run-journal.ts';

const usage = { modelCalls: 1, inputTokens: 10, cachedInputTokens: 0, outputTokens: 5, reasoningTokens: 0 };
const prepared = samplePrepared(samplePreparedAgent());
const answered = (turn: number): JournalEntry => ({
  type: 'model',
  scope: '',
  turn,
  requestHash: '',
  agentId: prepared.agentId,
  model: 'demo/scripted',
  response: { output: [], usage },
  said: [],
  at: '2026-11-21T09:00:00.000Z',
});
const asked = (turn: number): JournalEntry => ({
  type: 'asked',
  scope: '',
  turn,
  agentId: prepared.agentId,
  model: 'demo/scripted',
  inputTokens: 10,
  at: '2026-11-21T09:00:00.000Z',
});

function claimed(attempt: number, runId: RunId, retryOf?: RunId): RunRecord {
  const record = sampleRecord({ runId, ...(retryOf && { retryOf }) });
  const { answer } = claim({ ...record, attempt: attempt - 1 }, { owner: 'one', nowMs: 0, leaseMs: 20_000 });
  if (answer.kind !== 'claimed') throw new Error('not claimed');
  return answer.record;
}

const open = (journal: Journal, record: RunRecord, isHeld = () => true) =>
  openJournal({ journal, owner: 'one', isHeld, isPointless: () => false }, record);

describe('the journal of an attempt', () => {
  it('begins with what the run is decided by, and gives it to the next attempt', async () => {
    const journal = createMemoryJournal();
    const runId = newId('run');
    const first = await open(journal, claimed(1, runId));
    await first.begin(prepared);
    await first.append(answered(1));

    const second = await open(journal, claimed(2, runId));

    expect(second.prepared).toEqual(prepared);
    expect(second.model('', 1)).toEqual(answered(1));
    expect(second.used).toEqual(usage);
  });

  it('is closed to an older attempt once a newer one has begun', async () => {
    const journal = createMemoryJournal();
    const runId = newId('run');
    const first = await open(journal, claimed(1, runId));
    await first.begin(prepared);
    const second = await open(journal, claimed(2, runId));
    await second.begin(prepared);

    await expect(first.append(answered(1))).rejects.toThrow(LeaseLostError);
    await expect(first.append(answered(1))).rejects.toThrow(LeaseLostError);
    expect((await journal.read(runId)).map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('takes in what an older attempt wrote until the newer one had begun', async () => {
    const journal = createMemoryJournal();
    const runId = newId('run');
    const first = await open(journal, claimed(1, runId));
    await first.begin(prepared);
    const second = await open(journal, claimed(2, runId));
    await first.append(answered(1));

    await second.begin(prepared);

    expect(second.model('', 1)).toEqual(answered(1));
    expect((await journal.read(runId)).map(({ attempt }) => attempt)).toEqual([1, 1, 2]);
  });

  it('is lost when a newer attempt was quicker to begin', async () => {
    const journal = createMemoryJournal();
    const runId = newId('run');
    const second = await open(journal, claimed(2, runId));
    await (await open(journal, claimed(3, runId))).begin(prepared);

    await expect(second.begin(prepared)).rejects.toThrow(LeaseLostError);
  });

  it('is lost when the lease has run out while an entry was written', async () => {
    const journal = createMemoryJournal();
    const runId = newId('run');
    const first = await open(journal, claimed(1, runId), () => false);
    await first.begin(prepared);

    await expect(first.append(answered(1))).rejects.toThrow(LeaseLostError);
  });

  it('of a run that resumes another begins with what that one did, and counts only its own', async () => {
    const journal = createMemoryJournal();
    const [failedId, retryId, againId] = [newId('run'), newId('run'), newId('run')];
    const failed = await open(journal, claimed(1, failedId));
    await failed.begin(prepared);
    await failed.append(answered(1));
    await failed.append(asked(2));
    const retry = await open(journal, claimed(1, retryId, failedId));
    await retry.begin(retry.prepared ?? prepared);
    expect(retry.asks('', 2)).toBe(0);
    await retry.append(asked(2));
    expect(retry.asks('', 2)).toBe(1);
    await retry.append(answered(2));

    const later = await open(journal, claimed(2, retryId, failedId));
    const again = await open(journal, claimed(1, againId, retryId));

    expect([later.model('', 1), later.model('', 2)]).toEqual([answered(1), answered(2)]);
    expect(later.modelCalls({ isOver: true }).map(({ callId }) => callId)).toEqual(['2']);
    expect(again.entries.filter(({ type }) => type === 'model')).toHaveLength(2);
    expect(again.used.modelCalls).toBe(0);
    expect([failed, retry, later, again].map(({ rootRunId }) => rootRunId)).toEqual(Array(4).fill(failedId));
  });
});
