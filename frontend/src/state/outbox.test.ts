import { describe, expect, it } from 'vitest';
import { applyEvents, emptyThreadView } from '#core/protocol/thread-view.ts';
import {
  agentId,
  answering,
  aRun,
  aSteer,
  at,
  envelope,
  itemIdOf,
  runIdOf,
  threadId,
  threadIdOf,
} from '../../testing/protocol-fixtures.ts';
import {
  entriesOf,
  type OutboxEntry,
  readOutbox,
  readyToSend,
  runOf,
  settled,
  storedOutbox,
  unshown,
  withState,
} from './outbox.ts';

const entry = (id: string, change: Partial<OutboxEntry> = {}): OutboxEntry => ({
  clientRequestId: `request-${id}`,
  target: { threadId },
  request: { input: { text: 'Hello' } },
  createdAt: at,
  afterSeq: 0,
  state: { status: 'waiting' },
  ...change,
});
const accepted = { status: 'accepted', run: { runId: runIdOf(1), threadId, inputItemId: itemIdOf(1) } } as const;
const ids = (entries: readonly OutboxEntry[]) => entries.map(({ clientRequestId }) => clientRequestId.slice(-1));

describe('readyToSend', () => {
  it('sends the messages of a thread one after the other, and threads beside each other', () => {
    const other = { threadId: threadIdOf(2) };

    const ready = readyToSend([
      entry('1'),
      entry('2'),
      entry('3', { target: other }),
      entry('4', { target: { agentId } }),
    ]);

    expect(ids(ready)).toEqual(['1', '3', '4']);
  });

  it('waits for the message that is on its way, not for one that failed', () => {
    const failed = { status: 'failed', message: 'no' } as const;

    expect(ids(readyToSend([entry('1', { state: { status: 'sending' } }), entry('2')]))).toEqual([]);
    expect(ids(readyToSend([entry('1', { state: failed }), entry('2')]))).toEqual(['2']);
  });
});

describe('what a thread shows of an entry', () => {
  const base = answering('Hi');
  const view = applyEvents(emptyThreadView, base);
  const next = base.length + 1;

  it('is a steering message itself, not the run that it went into', () => {
    const run = { runId: runIdOf(1), threadId, inputItemId: itemIdOf(9) };
    const steer = entry('1', {
      request: { input: { text: 'Shorter' }, delivery: 'steer' },
      state: { status: 'accepted', run },
    });
    const shown = applyEvents(view, [envelope(next, { type: 'item.added', item: aSteer(9, 1, 'Shorter') }, 1)]);

    expect(ids(settled([steer], view))).toEqual(['1']);
    expect(settled([steer], shown)).toEqual([]);
    expect(settled([steer], applyEvents(view, [envelope(next, { type: 'run.cancelled' }, 1)]))).toEqual([]);
  });

  it.each([
    ['a retry', { retryOf: runIdOf(1) }, { retryOf: runIdOf(1) }],
    ['another answer', { regenerate: runIdOf(1) }, { regenerates: runIdOf(1) }],
    ['an edited message', { input: { text: 'New' }, replaces: runIdOf(1) }, { replaces: runIdOf(1) }],
  ] as const)('is the run of %s, also before the server has said which that is', (_, request, change) => {
    const asked = entry('1', { request, state: { status: 'sending' }, afterSeq: view.seq });
    const shown = applyEvents(view, [envelope(next, { type: 'run.queued', run: aRun(2, change) }, 2)]);

    expect(runOf(asked, view)).toBeUndefined();
    expect(runOf(asked, shown)?.id).toBe(runIdOf(2));
    expect(runOf({ ...asked, afterSeq: shown.seq }, shown)).toBeUndefined();
  });

  it('waits for the run of a retry, whose message was there before', () => {
    const run = { runId: runIdOf(2), threadId, inputItemId: itemIdOf(1) };
    const retry = entry('1', { request: { retryOf: runIdOf(1) }, state: { status: 'accepted', run } });

    expect(ids(settled([retry], view))).toEqual(['1']);
  });
});

describe('the outbox', () => {
  it('moves a message to the thread that was made for it', () => {
    const [moved] = withState([entry('1', { target: { agentId } })], 'request-1', accepted);

    expect(moved?.target).toEqual({ threadId });
    expect(entriesOf(moved ? [moved] : [], threadId)).toHaveLength(1);
  });

  it('drops what the thread shows, and only that', () => {
    const view = applyEvents(emptyThreadView, answering());
    const outbox = [entry('1', { state: accepted }), entry('2')];

    expect(ids(settled(outbox, view))).toEqual(['2']);
    expect(settled(outbox, emptyThreadView)).toBe(outbox);
  });

  it('does not show a message twice when its event is faster than its reply', () => {
    const view = applyEvents(emptyThreadView, answering());
    const sending = { status: 'sending' } as const;

    expect(ids(unshown([entry('1', { state: sending }), entry('2', { state: sending })], view))).toEqual(['2']);
    expect(ids(unshown([entry('1', { state: sending, afterSeq: 3 })], view))).toEqual(['1']);
  });

  it('survives a reload with the same ids, and sends again what was on its way', () => {
    const stored = storedOutbox([entry('1', { state: { status: 'sending' } }), entry('2', { state: accepted })]);

    expect(readOutbox(stored)).toEqual([entry('1')]);
    expect(storedOutbox([entry('2', { state: accepted })])).toBeNull();
  });

  it('ignores what it cannot read', () => {
    expect(readOutbox('not json')).toEqual([]);
    expect(readOutbox('[{"clientRequestId":"x"}]')).toEqual([]);
  });
});
