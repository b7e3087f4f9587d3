import { expect, it } from 'vitest';
import { newId, sampleRecord } from '../ports/samples.contract.ts';
import { claim } from './run-lease.ts';
import { park, unpark } from './run-parking.ts';
import { sweepAfterMs } from './run-record.ts';

const nowMs = 1_800_000_100_000;
const worker = { owner: 'worker-1', nowMs, leaseMs: 20_000 };
const behind = newId('run');
const running = claim(sampleRecord(), worker).record ?? sampleRecord();
const parked = park(running, 1, behind, nowMs).record ?? running;

it('puts a run aside that waits for an earlier one', () => {
  expect(parked).toMatchObject({ status: 'queued', behind, dueAtMs: nowMs + sweepAfterMs.parked });
  expect(parked).not.toHaveProperty('lease');
  expect(park(running, 2, behind, nowMs)).toEqual({ answer: { kind: 'lost' } });
});

it('is not taken by a worker until its turn has come', () => {
  expect(claim(parked, worker).answer).toMatchObject({ kind: 'illegal_transition', record: parked });
});

it('goes into the queue again, under a name of its own, when its turn has come', () => {
  const { record, answer } = unpark(parked, nowMs);

  expect(answer).toEqual({ kind: 'due', record });
  expect(record).toMatchObject({ enqueued: false, sendAs: `${parked.runId}-after-${behind}` });
  expect(record).not.toHaveProperty('behind');
  expect(record && unpark(record, nowMs)).toEqual({ answer: { kind: 'already', record } });
  expect(record && claim(record, worker).answer.kind).toBe('claimed');
});
