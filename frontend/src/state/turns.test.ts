import { describe, expect, it } from 'vitest';
import type { Item } from '#core/protocol/item.ts';
import type { Run } from '#core/protocol/run.ts';
import { applyEvents, emptyThreadView, type ThreadView, viewOf } from '#core/protocol/thread-view.ts';
import {
  agentId,
  anAnswer,
  answering,
  aRun,
  aSteer,
  aThread,
  aUserMessage,
  envelope,
  itemIdOf,
  runIdOf,
} from '../../testing/protocol-fixtures.ts';
import { runToFollow, steerOutcome, turnsOf, workingSinceMs } from './turns.ts';

const base = answering('Hi');
const seq = base.length;

/** A thread of ended runs: [number, parent, what differs]. Run n asks by item n and answers by item n + 100. */
function tree(...runs: [number, number | null, Partial<Run>?][]): ThreadView {
  const items: Item[] = runs.flatMap(([number, , { retryOf, regenerates } = {}]) => [
    ...(retryOf || regenerates ? [] : [aUserMessage(number, number, `Message ${number}`)]),
    anAnswer(number + 100, number, `Answer ${number}`),
  ]);
  return viewOf({
    thread: aThread(),
    items,
    runs: runs.map(([number, parent, change]) =>
      aRun(number, { status: 'completed', parentRunId: parent === null ? null : runIdOf(parent), ...change }),
    ),
    seq: 50,
    olderCursor: null,
  });
}

const read = (view: ThreadView, choice = {}) => turnsOf(view, choice).map(({ run }) => run?.id);

describe('turnsOf', () => {
  it('tells the run that goes on from those that wait behind it', () => {
    const view = applyEvents(emptyThreadView, [
      ...base,
      envelope(seq + 1, { type: 'run.queued', run: aRun(2) }, 2),
      envelope(seq + 2, { type: 'item.added', item: aUserMessage(3, 2, 'And?') }, 2),
    ]);

    expect(turnsOf(view).map(({ run, phase }) => [run?.id, phase])).toEqual([
      [runIdOf(1), 'live'],
      [runIdOf(2), 'behind'],
    ]);
  });

  it('follows the newest branch, and the one that was chosen', () => {
    const view = tree([1, null], [2, 1], [3, 1, { replaces: runIdOf(2) }], [4, 3]);

    expect(read(view)).toEqual([runIdOf(1), runIdOf(3), runIdOf(4)]);
    expect(read(view, { [runIdOf(1)]: runIdOf(2) })).toEqual([runIdOf(1), runIdOf(2)]);
  });

  it('shows an edited message as versions of the message', () => {
    const view = tree([1, null], [2, null, { replaces: runIdOf(1) }]);

    const [turn] = turnsOf(view);

    expect(turn).toMatchObject({
      messages: { position: 2, count: 2, previous: runIdOf(1), next: undefined },
      answers: undefined,
    });
  });

  it('shows tries and new answers as versions of the answer, under the message that they share', () => {
    const same = { inputItemId: itemIdOf(1) };
    const view = tree(
      [1, null, { status: 'failed' }],
      [2, null, { ...same, retryOf: runIdOf(1) }],
      [3, null, { ...same, regenerates: runIdOf(2) }],
    );

    const [newest] = turnsOf(view);
    const [middle] = turnsOf(view, { root: runIdOf(2) });

    expect(newest).toMatchObject({
      run: { id: runIdOf(3) },
      input: { text: 'Message 1' },
      messages: undefined,
      answers: { position: 3, count: 3, previous: runIdOf(2), next: undefined },
    });
    expect(middle?.answers).toEqual({ position: 2, count: 3, previous: runIdOf(1), next: runIdOf(3) });
    expect(middle?.items.map(({ id }) => id)).toEqual([itemIdOf(102)]);
    expect(middle?.key).toBe(newest?.key);
  });

  it('leads from an edited message to the newest answer of the other version', () => {
    const view = tree(
      [1, null],
      [2, null, { inputItemId: itemIdOf(1), regenerates: runIdOf(1) }],
      [3, null, { replaces: runIdOf(1) }],
    );

    expect(turnsOf(view)[0]?.messages).toMatchObject({ position: 2, count: 2, previous: runIdOf(2) });
  });

  it('takes runs with parents on older pages for a row, not for branches', () => {
    const view = tree([5, 4], [6, 5]);

    expect(turnsOf(view).map(({ messages, answers }) => [messages, answers])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it('keeps items whose run was not loaded', () => {
    const view = { ...emptyThreadView, items: [aUserMessage(1, 1), anAnswer(2, 1, 'Hi')] };

    expect(turnsOf(view)).toMatchObject([{ run: undefined, phase: 'ended', input: { text: 'Hello' } }]);
  });
});

describe('runToFollow', () => {
  const view = tree([1, null], [2, 1], [3, 1, { replaces: runIdOf(2) }]);

  it('is nothing where the newest branch is read', () => {
    expect(runToFollow(view, turnsOf(view))).toBeUndefined();
  });

  it('is the last run of an older branch', () => {
    expect(runToFollow(view, turnsOf(view, { [runIdOf(1)]: runIdOf(2) }))).toBe(runIdOf(2));
  });
});

describe('steerOutcome', () => {
  const steered = applyEvents(emptyThreadView, [
    ...base,
    envelope(seq + 1, { type: 'item.added', item: aSteer(9, 1, 'Shorter!') }, 1),
  ]);
  const outcome = (view: ThreadView) => turnsOf(view).map((turn) => steerOutcome(turn, itemIdOf(9)));

  it('waits until a model is given it, whatever else the agent makes', () => {
    const goingOn = applyEvents(steered, [envelope(seq + 2, { type: 'item.added', item: anAnswer(10, 1) }, 1)]);
    const given = applyEvents(goingOn, [envelope(seq + 3, { type: 'item.read', itemId: itemIdOf(9), turn: 2 }, 1)]);

    expect([steered, goingOn, given].map((view) => outcome(view))).toEqual([['waiting'], ['waiting'], ['read']]);
  });

  it('was not read when the run ended before', () => {
    expect(outcome(applyEvents(steered, [envelope(seq + 2, { type: 'run.cancelled' }, 1)]))).toEqual(['unread']);
  });
});

describe('workingSinceMs', () => {
  it('does not count the time in the queue', () => {
    const earlier = aRun(1, { status: 'completed', finishedAt: '2026-11-21T09:05:00.000Z' });
    const run = aRun(2, { agentId });
    const view = { ...emptyThreadView, runs: { [earlier.id]: earlier, [run.id]: run } };

    expect(workingSinceMs(run, view)).toBe(Date.parse('2026-11-21T09:05:00.000Z'));
    expect(workingSinceMs(earlier, view)).toBe(Date.parse(earlier.createdAt));
  });
});
