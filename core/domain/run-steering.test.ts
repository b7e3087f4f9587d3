import { describe, expect, it } from 'vitest';
import { newId, sampleRecord } from '../ports/samples.contract.ts';
import { claim } from './run-lease.ts';
import { end, type RunRecord, requestCancel } from './run-record.ts';
import { consumeSteers, mergeInto, standAlone, steer } from './run-steering.ts';

const nowMs = 1_800_000_100_000;
const message = (text = 'Shorter, please.') => ({ itemId: newId('itm'), text });
const worker = { owner: 'worker-1', nowMs, leaseMs: 20_000 };
const running = (): RunRecord => claim(sampleRecord(), worker).record ?? sampleRecord();

describe('steer', () => {
  it('is taken once by a run that is under way', () => {
    const told = message();

    const first = steer(running(), told, nowMs);
    const second = steer(first.record ?? running(), told, nowMs);

    expect(first).toMatchObject({
      answer: { kind: 'taken' },
      record: { steered: [{ ...told, consumed: false, atMs: nowMs }] },
    });
    expect(second).toEqual({ answer: { kind: 'already', record: first.record } });
  });

  it('is refused by a run that is over, or about to be, or is such a message itself', () => {
    const ended = end(running(), { status: 'cancelled' }, nowMs).record ?? running();
    const ending = requestCancel(running(), nowMs).record ?? running();
    const merging = sampleRecord({ steers: newId('run') });

    for (const record of [ended, ending, merging])
      expect(steer(record, message(), nowMs)).toMatchObject({ answer: { kind: 'illegal_transition', record } });
  });

  it('is refused by a run that has too much to read already, until it has read it', () => {
    const first = message('x'.repeat(90_000));
    const record = steer(running(), first, nowMs).record ?? running();

    expect(steer(record, message('x'.repeat(90_000)), nowMs).answer.kind).toBe('too_much');
    const read = consumeSteers(record, 1, [first.itemId]).record ?? record;
    expect(steer(read, message('x'.repeat(90_000)), nowMs).answer.kind).toBe('taken');
  });
});

it('lets the worker that holds the run say what it has read', () => {
  const [one, two] = [message(), message()];
  const record = [one, two].reduce((run, told) => steer(run, told, nowMs).record ?? run, running());

  expect(consumeSteers(record, 1, [one.itemId]).record?.steered).toMatchObject([
    { consumed: true, text: '' },
    { consumed: false, text: two.text },
  ]);
  expect(consumeSteers(record, 2, [one.itemId])).toEqual({ answer: { kind: 'lost' } });
});

it('stays as it is when it is worked on or over, or was never meant for another run', () => {
  const record = sampleRecord({ steers: newId('run') });
  const worked = claim(record, worker).record ?? record;
  const cancelled = end(record, { status: 'cancelled' }, nowMs).record ?? record;

  for (const each of [worked, cancelled, sampleRecord()]) {
    expect(mergeInto(each)).toMatchObject({ answer: { kind: 'illegal_transition', record: each } });
    expect(standAlone(each)).not.toHaveProperty('record');
    expect(standAlone(each).answer.record).toEqual(each);
  }
});

it('is over and settled when another run has taken its message, or stands alone', () => {
  const record = sampleRecord({ steers: newId('run') });

  expect(mergeInto(record).record).toMatchObject({ status: 'completed', settled: true, steers: record.steers });
  expect(standAlone(record).record).not.toHaveProperty('steers');
});
