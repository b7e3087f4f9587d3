import { describe, expect, it } from 'vitest';
import type { RunId } from '../protocol/ids.ts';
import { createCountedIds, LogWriter } from '../protocol/testing.ts';
import { applyEvents, emptyThreadView } from '../protocol/thread-view.ts';
import { branchTo } from './history.ts';

/** What the agent reads for the nth run of the thread. */
function readFor(log: LogWriter, nth: number): string[] {
  const view = applyEvents(emptyThreadView, log.events);
  const runIds = Object.keys(view.runs) as RunId[];
  const runId = runIds[nth - 1];
  if (!runId) throw new Error('no such run');
  const { entries, rest } = branchTo({ view, whole: new Set(runIds), cut: new Map() }, runId);
  expect(rest).toBeNull();
  return entries.map(({ item }) => (item && 'text' in item ? item.text : item && 'name' in item ? item.name : ''));
}

function answer(log: LogWriter, text: string): void {
  log.speak(text);
  log.finishItem();
  log.complete();
}

describe('what an agent reads', () => {
  it('is the conversation up to the message to answer', () => {
    const log = new LogWriter();
    log.say('One');
    log.start();
    log.callTool(true);
    answer(log, 'First');
    log.say('Two');

    expect(readFor(log, 2)).toEqual(['One', 'current_time', 'First', 'Two']);
  });

  it('leaves out messages that wait behind it', () => {
    const log = new LogWriter();
    log.say('One');
    log.say('Two');

    expect(readFor(log, 1)).toEqual(['One']);
  });

  it('has the answer to a message before the one that was queued behind it', () => {
    const log = new LogWriter();
    log.say('One');
    log.start();
    log.say('Two');
    answer(log, 'First');

    expect(readFor(log, 2)).toEqual(['One', 'First', 'Two']);
  });

  it('leaves out what was never finished', () => {
    const log = new LogWriter();
    log.say('One');
    log.start();
    log.speak('half an ans');
    log.cancel();
    log.say('Two');

    expect(readFor(log, 2)).toEqual(['One', 'Two']);
  });

  it('leaves out what earlier tries at the message had done', () => {
    const log = new LogWriter();
    log.say('One');
    log.start();
    log.speak('a finished thought');
    log.finishItem();
    log.fail();
    log.retry();

    expect(readFor(log, 2)).toEqual(['One']);
  });

  it('is the branch that leads to the message, without what came after it', () => {
    const log = new LogWriter();
    log.say('One');
    log.start();
    log.fail();
    log.say('Two');
    log.start();
    answer(log, 'Second');
    log.retry();

    expect(readFor(log, 3)).toEqual(['One']);
  });

  it('ends at a run of which nothing but its name is known, and goes on there', () => {
    const log = new LogWriter();
    log.say('One');
    log.start();
    answer(log, 'First');
    log.say('Two');
    const view = applyEvents(emptyThreadView, log.events);
    const [first, second] = Object.keys(view.runs) as RunId[];
    if (!first || !second) throw new Error('two runs');
    const items = view.items.filter(({ runId }) => runId === second);

    const { entries, rest } = branchTo({ view: { ...view, items }, whole: new Set([second]), cut: new Map() }, second);

    expect(entries.map(({ item }) => item)).toEqual(items);
    expect(rest).toEqual({ runId: first });
  });

  it('is not guessed for a run that the thread does not know', () => {
    const part = { view: emptyThreadView, whole: new Set<RunId>(), cut: new Map<RunId, string>() };

    expect(() => branchTo(part, createCountedIds()('run'))).toThrow('does not know');
  });
});
