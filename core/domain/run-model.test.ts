// A model check: every command against a run in every state that commands can bring it to.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { newId, newUserId, sampleRecord, sampleWait } from '../ports/samples.contract.ts';
import { isTerminal, type RunStatus, waitingRunStatuses } from '../protocol/run.ts';
import { usage } from '../protocol/testing.ts';
import { claim, release, renew } from './run-lease.ts';
import { park, unpark } from './run-parking.ts';
import {
  type Change,
  end,
  finish,
  markEnqueued,
  type Outcome,
  postpone,
  RunRecord,
  requestCancel,
  settle,
} from './run-record.ts';
import { mayFollow } from './run-state.ts';
import { consumeSteers, mergeInto, standAlone, steer } from './run-steering.ts';
import { answer, expire, markAnnounced, markTold, suspend } from './run-suspension.ts';
import { isOpen, isUntold, type WaitAnswer } from './run-wait.ts';

type Command = (record: RunRecord, nowMs: number, attempt: number) => Change<unknown>;

const by = newUserId();
const failed: Outcome = { status: 'failed', error: { code: 'worker_lost', message: 'lost' } };
const answers: readonly WaitAnswer[] = [
  { type: 'decision', decision: { decision: 'approve', scope: 'once' }, by },
  { type: 'decision', decision: { decision: 'approve', scope: 'run' }, by },
  { type: 'decision', decision: { decision: 'reject', reason: 'no' }, by },
  { type: 'output', result: { output: 'dark' }, by },
];
const kinds = ['tool_call', 'interrupted_call', 'budget', 'client_tool'] as const;

/** By name, so that a failing walk can be read. Each is given the attempt of a worker that holds the run, or held it once. */
const commands: Readonly<Record<string, Command>> = {
  claim: (record, nowMs) => claim(record, { owner: 'worker', nowMs, leaseMs: 20_000 }),
  renew: (record, nowMs, attempt) => renew(record, attempt, nowMs + 20_000, { lastEventAtMs: nowMs, usage }),
  release: (record, nowMs, attempt) => release(record, attempt, nowMs),
  park: (record, nowMs, attempt) => park(record, attempt, newId('run'), nowMs),
  unpark: (record, nowMs) => unpark(record, nowMs),
  markEnqueued: (record, nowMs) => markEnqueued(record, nowMs, record.sendAs),
  complete: (record, nowMs, attempt) => finish(record, attempt, { status: 'completed', usage }, nowMs),
  fail: (record, nowMs, attempt) => finish(record, attempt, failed, nowMs),
  timeOut: (record, nowMs, attempt) => finish(record, attempt, { status: 'timed_out', usage }, nowMs),
  giveUp: (record, nowMs) => end(record, failed, nowMs),
  cancel: (record, nowMs) => requestCancel(record, nowMs),
  steer: (record, nowMs) => steer(record, { itemId: newId('itm'), text: 'Shorter.' }, nowMs),
  read: (record, _, attempt) =>
    consumeSteers(
      record,
      attempt,
      record.steered.map(({ itemId }) => itemId),
    ),
  mergeInto: (record) => mergeInto(record),
  standAlone: (record) => standAlone(record),
  expire: (record, nowMs) => expire(record, nowMs),
  announce: (record) => markAnnounced(record, record.suspensions),
  tell: (record) => markTold(record, record.suspensions, record.waits),
  tellLast: (record) => markTold(record, record.suspensions, record.waits.slice(-1)),
  postpone: (record, nowMs) => postpone(record, nowMs, 60_000),
  settle: (record) => settle(record),
  ...Object.fromEntries(
    kinds.map((kind) => [
      `ask ${kind}`,
      (record: RunRecord, nowMs: number, attempt: number) =>
        suspend(record, attempt, [sampleWait({ kind, expiresAtMs: nowMs + 30_000 }), sampleWait({ kind })], nowMs),
    ]),
  ),
  ...Object.fromEntries(
    kinds.map((kind) => [
      `ask ${kind} and a budget`,
      (record: RunRecord, nowMs: number, attempt: number) =>
        suspend(record, attempt, [sampleWait({ kind }), sampleWait({ kind: 'budget' })], nowMs),
    ]),
  ),
  ...Object.fromEntries(
    answers.flatMap((given, index) =>
      ['first', 'last'].map((which) => [
        `answer ${which} with ${index}`,
        (record: RunRecord, nowMs: number) => {
          const wait = which === 'first' ? record.waits.find(isOpen) : record.waits.at(-1);
          return answer(record, wait?.id ?? newId('apr'), given, nowMs);
        },
      ]),
    ),
  ),
};

/** What holds of a run in any state. */
function assertSound(record: RunRecord): void {
  const waits = waitingRunStatuses.some((status) => status === record.status);
  expect(record.lease !== undefined).toBe(record.status === 'running');
  expect(record.outcome?.status).toBe(isTerminal(record.status) ? record.status : undefined);
  if (!isTerminal(record.status)) expect(record.waits.some(isOpen)).toBe(waits);
  if (record.behind) expect(record.status).toBe('queued');
  if (!record.announced) expect(waits).toBe(true);
  if (waits && record.announced) expect(record.waits.filter(isUntold)).toEqual([]);
  expect(RunRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
}

function assertLegal(before: RunRecord, after: RunRecord, name: string): void {
  // A merged run was never seen: for readers nothing has followed.
  if (after.status !== before.status && name !== 'mergeInto') expect(mayFollow(before.status, after.status)).toBe(true);
  expect(after.attempt).toBeGreaterThanOrEqual(before.attempt);
  expect(after.workedMs).toBeGreaterThanOrEqual(before.workedMs);
  if (isTerminal(before.status))
    expect({ ...after, settled: 0, dueAtMs: 0 }).toEqual({ ...before, settled: 0, dueAtMs: 0 });
  for (const wait of before.waits.filter((one) => !isOpen(one))) {
    const kept = after.waits.find(({ id }) => id === wait.id)?.answer;
    expect(kept).toMatchObject({ type: wait.answer?.type });
    if (kept?.type !== 'output') expect(kept).toEqual(wait.answer);
  }
}

const step = fc.record({
  name: fc.constantFrom(...Object.keys(commands)),
  passMs: fc.constantFrom(0, 1_000, 25_000, 61_000),
  isStale: fc.boolean(),
});

it('keeps every run sound, whatever is done to it in whatever order, and ends it once', () => {
  const seen = new Set<RunStatus>();
  void fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.boolean(), (steps, isSteer) => {
      let nowMs = 1_800_000_000_000;
      let record = sampleRecord({ createdAtMs: nowMs, ...(isSteer && { steers: newId('run') }) });
      for (const { name, passMs, isStale } of steps) {
        nowMs += passMs;
        const attempt = isStale ? record.attempt - 1 : record.attempt;
        const after = commands[name]?.(record, nowMs, attempt).record;
        if (!after) continue;
        if (isStale && ['release', 'park', 'complete', 'fail', 'timeOut', 'read', 'renew'].includes(name))
          expect.fail(`a worker that has lost the run could ${name}`);
        assertLegal(record, after, name);
        assertSound(after);
        seen.add(after.status);
        record = after;
      }
    }),
    { numRuns: 1_500 },
  );
  expect(seen.size).toBeGreaterThan(8);
});

it('lets no command bring a run that has ended anywhere else', () => {
  for (const outcome of [
    failed,
    { status: 'cancelled' },
    { status: 'timed_out' },
    { status: 'completed', usage },
  ] as const) {
    const running = claim(sampleRecord(), { owner: 'worker', nowMs: 1_800_000_000_000, leaseMs: 20_000 }).record;
    const over = end(running ?? sampleRecord(), outcome, 1_800_000_000_000).record ?? sampleRecord();
    for (const [name, command] of Object.entries(commands)) {
      const after = command(over, 1_800_000_900_000, over.attempt).record ?? over;
      expect([name, after.status, after.outcome]).toEqual([name, over.status, over.outcome]);
    }
  }
});
