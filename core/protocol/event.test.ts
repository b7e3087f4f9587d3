import { describe, expect, it } from 'vitest';
import { AnyEnvelope, Event, isKnownEvent, Stream } from './event.ts';
import { at, LogWriter } from './testing.ts';

describe('an event', () => {
  it('comes back from JSON as it was written', () => {
    const log = new LogWriter();
    log.say('Hello');
    log.start();
    log.think();
    log.speak('Hi');
    log.callTool(true);
    log.complete();

    const read = log.events.map((envelope) => AnyEnvelope.parse(JSON.parse(JSON.stringify(envelope))));

    expect(read).toEqual(log.events);
    expect(read.every(({ event }) => isKnownEvent(event))).toBe(true);
  });

  it.each([
    { type: 'hologram.shown', size: 3 },
    { type: 'item.added', item: { type: 'hologram' } },
    { type: 'run.failed', error: { code: 'asteroid', message: 'boom' } },
  ])('of a newer version keeps its place and what it says: %j', (event) => {
    const read = AnyEnvelope.parse({ seq: 7, at, event });

    expect(read).toEqual({ seq: 7, at, event });
    expect(isKnownEvent(read.event)).toBe(false);
  });

  it.each([
    { seq: -1, at, event: { type: 'x' } },
    { seq: 1, at, event: {} },
    { seq: 1, at: 'noon', event: { type: 'x' } },
  ])('without a place, a time or a type is none: %j', (envelope) => {
    expect(AnyEnvelope.safeParse(envelope).success).toBe(false);
  });

  it('has a type of its own', () => {
    const types = Event.options.map((option) => option.shape.type.value);

    expect(new Set(types).size).toBe(types.length);
  });
});

it('streams are threads, workspaces and the feed of oneself', () => {
  const isStream = (name: string) => Stream.safeParse(name).success;

  expect(['user', 'thread:x', 'workspace:x'].map(isStream)).toEqual([true, true, true]);
  expect(['user:somebody', 'workspace', 'thread', ''].map(isStream)).toEqual([false, false, false, false]);
});
