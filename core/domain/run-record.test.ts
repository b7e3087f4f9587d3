import { describe, expect, it } from 'vitest';
import { sampleRecord, sampleWait } from '../ports/samples.contract.ts';
import { isTerminal, type RunStatus } from '../protocol/run.ts';
import { usage } from '../protocol/testing.ts';
import { claim, release, renew } from './run-lease.ts';
import { end, finish, markEnqueued, type Outcome, RunRecord, requestCancel, sweepAfterMs } from './run-record.ts';

const nowMs = 1_800_000_100_000;
const worker = { owner: 'worker-2', nowMs, leaseMs: 20_000 };
const completed: Outcome = { status: 'completed', usage };
const failed: Outcome = { status: 'failed', error: { code: 'worker_lost', message: 'lost' } };

const waiting = ['queued', 'awaiting_approval', 'awaiting_client_tool', 'awaiting_auth', 'paused_budget'] as const;
const terminal = ['completed', 'failed', 'cancelled', 'timed_out'] as const;

/** A record as it is in a status, held by worker-1 in its first attempt if it runs. */
function recordIn(status: RunStatus, fields: Partial<RunRecord> = {}): RunRecord {
  const lease = { owner: 'worker-1', expiresAtMs: nowMs + 5_000 };
  return {
    ...sampleRecord(),
    status,
    attempt: status === 'queued' ? 0 : 1,
    enqueued: true,
    ...(status === 'running' && { lease }),
    ...(isTerminal(status) && { outcome: completed }),
    ...fields,
  };
}

it('begins queued, and is due when it should have reached the queue', () => {
  const record = sampleRecord({ createdAtMs: nowMs });

  expect(record).toMatchObject({ status: 'queued', attempt: 0, enqueued: false, settled: false });
  expect(record.dueAtMs).toBe(nowMs + sweepAfterMs.accepted);
  expect(RunRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
});

describe('claim', () => {
  it('takes a run that is queued, as a new attempt', () => {
    const record = recordIn('queued');

    const { record: written, answer } = claim(record, worker);

    expect(written).toEqual({
      ...record,
      status: 'running',
      attempt: record.attempt + 1,
      lease: { owner: 'worker-2', expiresAtMs: nowMs + 20_000 },
      claimedAtMs: nowMs,
      lastEventAtMs: nowMs,
      dueAtMs: nowMs + 20_000 + sweepAfterMs.lease,
    });
    expect(answer).toEqual({ kind: 'claimed', record: written });
  });

  it('counts the time that workers have worked, a lost one until its lease ran out', () => {
    const lease = { owner: 'worker-1', expiresAtMs: nowMs - 1_000 };
    const lost = recordIn('running', { lease, claimedAtMs: nowMs - 7_000, workedMs: 500 });
    const held = recordIn('running', { claimedAtMs: nowMs - 7_000 });

    expect(claim(lost, worker).record?.workedMs).toBe(6_500);
    expect(release(held, 1, nowMs).record?.workedMs).toBe(7_000);
  });

  it('leaves a run to the worker that holds it', () => {
    const record = recordIn('running');

    expect(claim(record, worker)).toEqual({ answer: { kind: 'held', untilMs: nowMs + 5_000 } });
    expect(claim(record, { ...worker, owner: 'worker-1' }).answer.kind).toBe('held');
  });

  it('takes over a run whose lease has run out', () => {
    const record = recordIn('running', { lease: { owner: 'worker-1', expiresAtMs: nowMs } });

    expect(claim(record, worker).answer).toMatchObject({ kind: 'claimed', record: { attempt: 2 } });
  });

  it('ends a run that was to be cancelled when its worker died, or handed it back', () => {
    const lease = { owner: 'worker-1', expiresAtMs: nowMs };

    for (const record of [recordIn('running', { lease }), recordIn('queued')]) {
      const { record: written, answer } = claim({ ...record, cancelRequested: true }, worker);

      expect(written).toMatchObject({ status: 'cancelled', outcome: { status: 'cancelled' }, attempt: record.attempt });
      expect(written).not.toHaveProperty('lease');
      expect(answer).toEqual({ kind: 'ended', record: written });
    }
  });
});

describe('renew', () => {
  it('extends the lease of the attempt that holds the run', () => {
    const { record, answer } = renew(recordIn('running'), 1, nowMs + 20_000);

    expect(answer).toEqual({ kind: 'renewed' });
    expect(record?.lease).toEqual({ owner: 'worker-1', expiresAtMs: nowMs + 20_000 });
    expect(record?.dueAtMs).toBe(nowMs + 20_000 + sweepAfterMs.lease);
  });

  it('notes how far the run has got, which is never further back than it was', () => {
    const steeredAtMs = nowMs - 1;
    const running = recordIn('running', { lastEventAtMs: steeredAtMs });

    expect(renew(running, 1, nowMs, { lastEventAtMs: nowMs, usage }).record).toMatchObject({
      lastEventAtMs: nowMs,
      usage,
    });
    expect(renew(running, 1, nowMs, { lastEventAtMs: steeredAtMs - 5 }).record?.lastEventAtMs).toBe(steeredAtMs);
    expect(release(running, 1, nowMs, { lastEventAtMs: nowMs, usage }).record).toMatchObject({
      lastEventAtMs: nowMs,
      usage,
    });
  });

  it('tells of a cancel, and extends the lease for the time that it takes', () => {
    const { record, answer } = renew(recordIn('running', { cancelRequested: true }), 1, nowMs + 20_000);

    expect(answer).toEqual({ kind: 'cancel' });
    expect(record?.lease?.expiresAtMs).toBe(nowMs + 20_000);
  });
});

describe('release', () => {
  it('puts the run of the attempt that holds it back', () => {
    const { record, answer } = release(recordIn('running'), 1, nowMs);

    expect(answer).toEqual({ kind: 'released' });
    expect(record).toMatchObject({ status: 'queued', attempt: 1, dueAtMs: nowMs + sweepAfterMs.lease });
    expect(record).not.toHaveProperty('lease');
  });
});

describe('requestCancel', () => {
  it.each(waiting)('ends a run that is %s at once', (status) => {
    const { record, answer } = requestCancel(recordIn(status), nowMs);

    expect(record).toMatchObject({
      status: 'cancelled',
      outcome: { status: 'cancelled' },
      cancelRequested: true,
      dueAtMs: nowMs + sweepAfterMs.ended,
    });
    expect(answer).toEqual({ kind: 'ended', record });
  });

  it('ends a run whose worker is gone at once', () => {
    const lease = { owner: 'worker-1', expiresAtMs: nowMs };

    expect(requestCancel(recordIn('running', { lease }), nowMs).record?.status).toBe('cancelled');
  });

  it('leaves the end of a running run to its worker', () => {
    const running = recordIn('running');

    const { record, answer } = requestCancel(running, nowMs);

    expect(record).toEqual({ ...running, cancelRequested: true });
    expect(answer).toEqual({ kind: 'asked', record });
  });
});

describe('finish', () => {
  it.each([completed, failed, { status: 'cancelled' } as const])('ends a running run as $status', (outcome) => {
    const { record, answer } = finish(recordIn('running'), 1, outcome, nowMs);

    expect(record).toMatchObject({
      status: outcome.status,
      outcome,
      settled: false,
      dueAtMs: nowMs + sweepAfterMs.ended,
    });
    expect(record).not.toHaveProperty('lease');
    expect(answer).toEqual({ kind: 'ended', record });
  });

  it.each([...waiting, 'running'] as const)('ends a run that is %s for the sweep, which holds nothing', (status) => {
    expect(end(recordIn(status), failed, nowMs).record).toMatchObject({ status: 'failed', outcome: failed });
  });

  it.each(terminal)('lets the first outcome of a run that is %s stand', (status) => {
    const record = recordIn(status);

    expect(end(record, failed, nowMs)).toEqual({ answer: { kind: 'already', record } });
    expect(finish(record, 1, failed, nowMs)).toEqual({ answer: { kind: 'already', record } });
    expect(finish(record, 2, failed, nowMs)).toEqual({ answer: { kind: 'lost' } });
  });

  it('completes nothing that has been told something it has not read', () => {
    const steered = [{ itemId: sampleRecord().inputItemId, text: 'Wait!', atMs: nowMs, consumed: false }];

    expect(finish(recordIn('running', { steered }), 1, completed, nowMs)).toEqual({ answer: { kind: 'steered' } });
    expect(finish(recordIn('running', { steered }), 1, failed, nowMs).answer.kind).toBe('ended');
  });

  it('keeps what the run has used, also when nobody can say it at the end', () => {
    expect(end(recordIn('running', { usage }), failed, nowMs).record?.outcome).toEqual({ ...failed, usage });
  });
});

describe('markEnqueued', () => {
  it('lets the sweep look again only if nobody takes the run', () => {
    const { record } = markEnqueued(recordIn('queued', { enqueued: false }), nowMs);

    expect(record).toMatchObject({ enqueued: true, dueAtMs: nowMs + sweepAfterMs.queued });
  });
});

describe('a record that was stored', () => {
  // As the first version wrote it, before runs could wait. Never to be changed.
  const first = {
    version: 1,
    runId: 'run_01mcc5rm00eaqat428hzs1nyxf',
    threadId: 'thr_01mcc5rm00e22a5z8c230m478n',
    workspaceId: 'wsp_01mcc5rm00ekjvcrk38kp77c09',
    userId: '3f2b6c1e-6f0d-4a53-9a5e-0c7a3c0e8a11',
    isAnonymous: false,
    agentId: 'agt_01mcc5rm00eb8bk6pzscnbd17t',
    clientRequestId: 'request-key-1',
    inputItemId: 'itm_01mcc5rm00e22a5z8c230m478n',
    requestId: 'request-1',
    createdAtMs: 1_800_000_000_000,
    newThread: true,
    acceptedAfterSeq: 0,
    feedAfterSeq: 3,
    status: 'running',
    attempt: 2,
    lease: { owner: 'worker-1', expiresAtMs: 1_800_000_020_000 },
    enqueued: true,
    cancelRequested: false,
    settled: false,
    dueAtMs: 1_800_000_080_000,
  };

  it('by the first version is read, and goes on', () => {
    const record = RunRecord.parse(first);

    expect(record).toMatchObject({ ...first, waits: [], grants: [], steered: [], workedMs: 0, announced: true });
    expect(claim(record, { ...worker, nowMs: first.lease.expiresAtMs }).answer.kind).toBe('claimed');
    expect(finish(record, 2, completed, nowMs).answer.kind).toBe('ended');
  });

  it('is read as it was written, whatever stands in it', () => {
    const wait = { ...sampleWait(), answer: { type: 'expired' as const }, answeredAtMs: nowMs };
    const record = recordIn('awaiting_approval', {
      waits: [wait, sampleWait({ kind: 'client_tool' }), sampleWait({ kind: 'budget' })],
      grants: [{ agentId: wait.agentId, tool: 'send' }],
      steered: [{ itemId: wait.itemId, text: 'Shorter.', atMs: nowMs, consumed: false }],
      parentRunId: null,
      usage,
    });

    expect(RunRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });
});
