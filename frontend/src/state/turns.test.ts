import { describe, expect, it } from 'vitest';
import { applyEvents, emptyThreadView } from '#core/protocol/thread-view.ts';
import { answering, aRun, aUserMessage, envelope, runIdOf } from '../../testing/protocol-fixtures.ts';
import { activityOf, turnsOf, workingSinceMs } from './turns.ts';

const started = { type: 'run.started', agentId: aRun(1).agentId, model: 'demo/scripted' } as const;
const failed = { type: 'run.failed', error: { code: 'internal', message: 'no' } } as const;
const base = answering('Hi');
const seq = base.length;

describe('turnsOf', () => {
  it('tells the run that goes on from those that wait behind it', () => {
    const view = applyEvents(emptyThreadView, [
      ...base,
      envelope(seq + 1, { type: 'run.queued', run: aRun(2) }, 2),
      envelope(seq + 2, { type: 'item.added', item: aUserMessage(3, 2, 'And?') }, 2),
    ]);

    expect(turnsOf(view).map(({ id, phase }) => [id, phase])).toEqual([
      [runIdOf(1), 'live'],
      [runIdOf(2), 'behind'],
    ]);
  });

  it('shows a retry as a turn of its own before it has any items', () => {
    const view = applyEvents(emptyThreadView, [
      ...base,
      envelope(seq + 1, failed, 1),
      envelope(
        seq + 2,
        { type: 'run.queued', run: aRun(2, { retryOf: runIdOf(1), inputItemId: aRun(1).inputItemId }) },
        2,
      ),
    ]);

    const [first, second] = turnsOf(view);

    expect(first).toMatchObject({ phase: 'ended', retried: true });
    expect(second).toMatchObject({ phase: 'live', retried: false, again: 'Hello', items: [] });
  });

  it('says what the agent is busy with', () => {
    const queued = applyEvents(emptyThreadView, base.slice(0, 3));
    const writing = applyEvents(emptyThreadView, [...base, envelope(seq + 1, started, 1)]);

    expect(turnsOf(queued).map(activityOf)).toEqual(['Starting']);
    expect(turnsOf(writing).map(activityOf)).toEqual(['Writing']);
  });
});

describe('workingSinceMs', () => {
  it('does not count the time in the queue', () => {
    const earlier = aRun(1, { status: 'completed', finishedAt: '2026-11-21T09:05:00.000Z' });
    const run = aRun(2);
    const view = { ...emptyThreadView, runs: { [earlier.id]: earlier, [run.id]: run } };

    expect(workingSinceMs(run, view)).toBe(Date.parse('2026-11-21T09:05:00.000Z'));
    expect(workingSinceMs(earlier, view)).toBe(Date.parse(earlier.createdAt));
  });
});
