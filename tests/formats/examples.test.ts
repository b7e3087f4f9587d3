import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSegment } from '#adapters/aws/segment.ts';
import { createJournalIndex, JournalRecord } from '#core/domain/journal.ts';
import { RunRecord } from '#core/domain/run-record.ts';
import { RunMessage } from '#core/ports/run-queue.ts';
import { AnyEnvelope, Event, isKnownEvent } from '#core/protocol/event.ts';

/**
 * What earlier versions have stored, as they stored it. A file that has landed is never changed: old and new workers run side
 * by side during a deployment, and runs wait for weeks. A new form gets a new file.
 */
const formats = new URL('../fixtures/formats/', import.meta.url);

const stored = (kind: string): [string, unknown][] =>
  readdirSync(new URL(`${kind}/`, formats))
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(new URL(`${kind}/${file}`, formats), 'utf8'))]);

/** Everything that was stored is still there after reading: nothing is dropped that this version writes itself. */
const keeps = (read: unknown, written: unknown) =>
  expect(JSON.parse(JSON.stringify(read))).toMatchObject(written as object);

describe('this version reads', () => {
  it.each(stored('run-record'))('the run record %s', (_file, written) => {
    keeps(RunRecord.parse(written), written);
  });

  it.each(stored('journal'))('the journal %s', (_file, written) => {
    const records = JournalRecord.array().parse(written);

    keeps(records, written);
    expect(createJournalIndex(records.map(({ entry }) => entry)).prepared).toBeDefined();
  });

  it.each(stored('queue-message'))('the queue message %s', (_file, written) => {
    keeps(RunMessage.parse(written), written);
  });

  it.each(stored('events'))('the events %s', (_file, written) => {
    const envelopes = AnyEnvelope.array().parse(written);

    keeps(envelopes, written);
    expect(envelopes.filter(({ event }) => !isKnownEvent(event))).toEqual([]);
  });

  it.each(stored('segments'))('the segment %s', (_file, written) => {
    const envelopes = readSegment(Object(written));

    expect(envelopes.map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10]);
    expect(envelopes.filter(({ event }) => !isKnownEvent(event))).toEqual([]);
  });
});

it('every event that is written today is among those that are read', () => {
  const frozen = stored('events').flatMap(([, written]) => AnyEnvelope.array().parse(written));

  const types = Event.options.map((option) => option.shape.type.value);
  expect(types.filter((type) => !frozen.some(({ event }) => event.type === type))).toEqual([]);
});

it('an event of a later version is kept in its place and skipped', () => {
  const later = { seq: 1, at: '2027-01-01T00:00:00.000Z', event: { type: 'item.sparkled', intensity: 7 } };

  const read = AnyEnvelope.parse(later);

  expect(read).toEqual(later);
  expect(isKnownEvent(read.event)).toBe(false);
});
