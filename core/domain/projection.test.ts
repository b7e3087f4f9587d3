import { describe, expect, it } from 'vitest';
import { LogWriter } from '../protocol/testing.ts';
import { applyEvents, emptyThreadView } from '../protocol/thread-view.ts';
import { projectionOf } from './projection.ts';

const projected = (log: LogWriter) => projectionOf(applyEvents(emptyThreadView, log.events));

describe('what is kept of a thread', () => {
  it('is everything when no run goes on', () => {
    const log = new LogWriter();
    log.say('One');
    log.start();
    log.speak('First');
    log.complete();
    log.mention(0);

    const { items, runs, checkpointSeq } = projected(log);

    expect(items).toMatchObject([
      { item: { text: 'One' }, runSeq: 2, seq: 3 },
      { item: { text: 'First', status: 'incomplete' }, runSeq: 2, seq: 5 },
    ]);
    expect(runs).toMatchObject([{ status: 'completed', queuedSeq: 2 }]);
    expect(checkpointSeq).toBe(log.events.length);
  });

  it('is what has ended, and a reader folds again from the oldest run that goes on', () => {
    const log = new LogWriter();
    log.say('One');
    log.start();
    log.speak('First');
    log.say('Two');
    log.cancel();

    const { items, runs, checkpointSeq } = projected(log);

    expect(items).toMatchObject([{ item: { text: 'Two' } }]);
    expect(runs).toMatchObject([{ status: 'cancelled' }]);
    expect(checkpointSeq).toBe(1);
  });

  it('holds no text that Postgres does not take', () => {
    const log = new LogWriter();
    log.say('One');
    log.start();
    log.speak('nul \u0000, half \ud83d, ');
    log.speak('in two parts \ud83d');
    log.speak('\udc0e');
    log.complete();

    expect(projected(log).items[1]?.item).toMatchObject({ text: 'nul \ufffd, half \ufffd, in two parts 🐎' });
  });

  it('is nothing for an empty thread', () => {
    expect(projectionOf(emptyThreadView)).toEqual({ items: [], runs: [], checkpointSeq: 0 });
  });
});
