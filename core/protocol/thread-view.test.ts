import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectionOf } from '../domain/projection.ts';
import { ApprovalKind, ApprovalStatus } from './approval.ts';
import { type AnyEnvelope, Event } from './event.ts';
import { Item } from './item.ts';
import { RunStatus } from './run.ts';
import { anyLog, anyWriter, at, createCountedIds, LogWriter, usage } from './testing.ts';
import {
  applyEvent,
  applyEvents,
  emptyThreadView,
  liveRuns,
  type ThreadView,
  viewOf,
  withOlderItems,
} from './thread-view.ts';

describe('each event', () => {
  it('shows a thread as it was created and last changed', () => {
    const { log, view } = begun();
    const { thread } = view();
    if (!thread) throw new Error('no thread');

    log.append({ type: 'thread.updated', thread: { ...thread, title: 'Other' } });

    expect(thread.title).toBe('New');
    expect(view().thread?.title).toBe('Other');
    expect(view().deleted).toBe(false);
  });

  it('marks a deleted thread', () => {
    const { log, view } = begun();

    log.append({ type: 'thread.deleted', threadId: log.threadId });

    expect(view().deleted).toBe(true);
  });

  it('shows a thread that begins with its first run', () => {
    const { thread } = begun().view();
    if (!thread) throw new Error('no thread');

    const created = {
      seq: 1,
      at,
      runId: createCountedIds()('run'),
      event: { type: 'thread.created' as const, thread },
    };

    expect(applyEvent(emptyThreadView, created).thread).toEqual(thread);
  });

  it('shows a queued run with its message', () => {
    const { log, view } = begun();

    log.say('Hello');

    expect(view().items).toMatchObject([{ type: 'user_message', text: 'Hello' }]);
    expect(liveRuns(view())).toMatchObject([{ status: 'queued', attempt: 0, queuedSeq: 2 }]);
  });

  it('shows a started run with its attempt', () => {
    const { log, view } = begun('Hello');

    log.start();
    log.start();

    expect(liveRuns(view())).toMatchObject([{ status: 'running', attempt: 2 }]);
  });

  it('grows an item by its deltas until it is done', () => {
    const { log, view } = begun('Hello');
    log.start();

    log.speak('one ');
    log.speak('two');
    const growing = view().items[1];
    log.finishItem();

    expect(growing).toMatchObject({ type: 'agent_message', status: 'in_progress', text: 'one two' });
    expect(view().items[1]).toMatchObject({ status: 'completed', text: 'one two' });
  });

  it('keeps with a text that there would have been more of it', () => {
    const { log, view } = begun('Hello');
    log.start();
    log.speak('half');
    const { running } = log;
    const [, item] = view().items;
    if (!running || !item) throw new Error('somebody speaks');

    log.append({ type: 'item.done', itemId: item.id, status: 'completed', cutOff: 'max_tokens' }, running);

    expect(view().items[1]).toMatchObject({ text: 'half', status: 'completed', cutOff: 'max_tokens' });
    expect(restored(view()).items).toEqual([]);
    log.complete();
    expect(restored(view()).items).toEqual(view().items);
  });

  it('says of a run that it is being cancelled, until it has ended', () => {
    const { log, view } = begun('Hello');
    log.start();
    const { running } = log;
    if (!running) throw new Error('it runs');

    log.append({ type: 'run.cancelling' }, { id: running.id });
    const stopping = view().runs[running.id];
    log.append({ type: 'run.cancelled' }, { id: running.id });

    expect(stopping).toMatchObject({ status: 'running', cancelling: true });
    expect(view().runs[running.id]).not.toHaveProperty('cancelling');
  });

  it('keeps what a tool gave back with its call', () => {
    const { log, view } = begun('What time is it?');
    log.start();

    log.callTool(true);

    const result = { ok: true, output: 'noon', durationMs: 1 };
    expect(view().items[1]).toMatchObject({ type: 'tool_call', status: 'completed', result });
  });

  it('drops a removed item', () => {
    const { log, view } = begun('What time is it?');
    log.start();

    log.callTool(false);

    expect(view().items.map(({ type }) => type)).toEqual(['user_message']);
  });

  it('drops what a turn had shown when it is restarted', () => {
    const { log, view } = begun('Hello');
    log.start();
    log.speak('half an ans');

    log.start();
    log.speak('answer');

    expect(texts(view())).toEqual(['Hello', 'answer']);
  });

  it('ends a completed run with its usage', () => {
    const { log, view } = begun('Hello');
    log.start();

    log.complete();

    expect(Object.values(view().runs)).toMatchObject([{ status: 'completed', usage, finishedAt: at }]);
    expect(liveRuns(view())).toEqual([]);
  });

  it('ends a failed run with its reason, and keeps the text that it had as incomplete', () => {
    const { log, view } = begun('Hello');
    log.start();
    log.speak('half an ans');

    log.fail();

    expect(Object.values(view().runs)).toMatchObject([
      { status: 'failed', error: { code: 'model_unavailable' }, usage },
    ]);
    expect(view().items[1]).toMatchObject({ text: 'half an ans', status: 'incomplete' });
  });

  it('ends a cancelled run without touching the runs behind it', () => {
    const { log, view } = begun('One');
    log.start();
    log.say('Two');

    log.cancel();

    expect(Object.values(view().runs).map(({ status }) => status)).toEqual(['running', 'cancelled']);
  });

  it('counts usage while a run goes on', () => {
    const { log, view } = begun('Hello');
    log.start();

    log.mention(2);

    expect(liveRuns(view())[0]?.usage?.outputTokens).toBe(2);
  });

  it('skips an event of a newer version without losing its place', () => {
    const { log, view } = begun();
    const before = view();

    log.append({ type: 'hologram.shown', size: 3 });
    log.append({ type: 'item.added', item: { type: 'hologram' } });
    log.append({ type: 'notice', level: 'info', message: 'hello' });

    expect(view()).toEqual({ ...before, seq: before.seq + 3, unread: 2 });
  });
});

describe('what comes in another order than it was written', () => {
  it('folds to the same view after duplicates, re-delivery and gaps that are filled later', () =>
    fc.assert(
      fc.property(anyLog, fc.array(fc.tuple(fc.nat(), fc.nat(8)), { maxLength: 60 }), (log, deliveries) => {
        let view = emptyThreadView;
        for (const [from, count] of deliveries) {
          const start = from % log.length;
          view = applyEvents(view, log.slice(start, start + count));
        }

        view = applyEvents(view, log.slice(view.seq));

        expect(view).toEqual(applyEvents(emptyThreadView, log));
      }),
    ));

  it('folds a snapshot of any moment, and what is delivered of the rest in whatever order, twice and late, to the same view', () =>
    fc.assert(
      fc.property(
        anyLog,
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.nat(8)), { maxLength: 40 }),
        (log, moment, deliveries) => {
          const then = applyEvents(emptyThreadView, log.slice(0, 1 + (moment % log.length)));
          fc.pre(!then.deleted);
          let view = restored(then);
          for (const [from, count] of deliveries) {
            const start = from % log.length;
            view = applyEvents(view, log.slice(start, start + count));
          }

          view = applyEvents(view, log.slice(view.seq));

          const whole = applyEvents(emptyThreadView, log);
          expect({ ...view, addedAt: {}, unread: 0 }).toEqual({ ...whole, addedAt: {}, unread: 0 });
        },
      ),
    ));

  it('applies nothing that leaves a gap', () => {
    const { log } = begun('Hello');

    expect(applyEvents(emptyThreadView, log.events.slice(1))).toBe(emptyThreadView);
  });

  it('folds the projection of any moment and the tail after it to the same view', () =>
    fc.assert(
      fc.property(anyLog, fc.nat(), (log, moment) => {
        const then = applyEvents(emptyThreadView, log.slice(0, 1 + (moment % log.length)));
        // Nobody can open a thread that has been deleted.
        fc.pre(!then.deleted);
        const whole = applyEvents(emptyThreadView, log);

        const view = applyEvents(restored(then), log.slice(projectionOf(then).checkpointSeq));

        expect({ ...view, addedAt: {}, unread: 0 }).toEqual({ ...whole, addedAt: {}, unread: 0 });
      }),
    ));

  it('keeps what has settled for good', () =>
    fc.assert(
      fc.property(anyLog, fc.nat(), (log, moment) => {
        const then = projectionOf(applyEvents(emptyThreadView, log.slice(0, 1 + (moment % log.length))));
        const later = projectionOf(applyEvents(emptyThreadView, log));

        expect(later.items).toEqual(expect.arrayContaining([...then.items]));
        expect(later.runs).toEqual(expect.arrayContaining([...then.runs]));
        expect(later.checkpointSeq).toBeGreaterThanOrEqual(then.checkpointSeq);
      }),
    ));

  it('puts items in the order in which Postgres sorts them: by run, then by arrival', () =>
    fc.assert(
      fc.property(anyLog, (log) => {
        const view = applyEvents(emptyThreadView, log);

        const places = view.items.map((item): [number, number] => [
          view.runs[item.runId]?.queuedSeq ?? 0,
          view.addedAt[item.id] ?? 0,
        ]);

        expect(places).toEqual(places.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
    ));
});

it('is tried with logs of every event of a thread, every item, and runs in every status that they come to', () => {
  const seen = fc.sample(anyWriter, { numRuns: 1_500, seed: 1 }).map(({ events, stale }) => {
    const view = applyEvents(emptyThreadView, events);
    return {
      events: events.filter(({ seq }) => !stale.has(seq)).map(({ event }) => event.type),
      stale: events.filter(({ seq }) => stale.has(seq)).map(({ event }) => event.type),
      items: view.items.map((item) => (item.type === 'approval' ? `approval ${item.kind} ${item.status}` : item.type)),
      statuses: Object.values(view.runs).map(({ status }) => status),
    };
  });
  const all = (what: 'events' | 'stale' | 'items' | 'statuses') => new Set<string>(seen.flatMap((each) => each[what]));

  const ofThreads = Event.options.map(({ shape }) => shape.type.value).filter((type) => type !== 'workspace.changed');
  expect(ofThreads.filter((type) => !all('events').has(type))).toEqual([]);
  expect(ofThreads.filter((type) => !all('stale').has(type))).toEqual([
    'thread.created',
    'thread.updated',
    'thread.deleted',
    'run.queued',
    'notice',
  ]);
  expect(
    Item.options
      .map(({ shape }) => shape.type.value)
      .filter((type) => !/approval/.test(type) && !all('items').has(type)),
  ).toEqual([]);
  const approvals = ApprovalKind.options.flatMap((kind) =>
    ApprovalStatus.options.map((status) => `approval ${kind} ${status}`),
  );
  expect(approvals.filter((approval) => !all('items').has(approval))).toEqual([]);
  expect(RunStatus.options.filter((status) => !all('statuses').has(status))).toEqual(['awaiting_auth']);
});

describe('what is too late', () => {
  it('ignores what an older attempt writes after a newer one has started', () => {
    const { log, view } = begun('Hello');
    log.start();
    log.speak('half an ans');
    log.start();
    const before = view();

    log.writeStale();

    expect(view()).toEqual({ ...before, seq: log.events.length });
    expect(log.events.length).toBeGreaterThan(before.seq);
  });

  it('ignores what a run writes after its end, a second end too', () => {
    const { log, view } = begun('Hello');
    log.start();
    log.speak('half an ans');
    log.cancel();
    const before = view();

    log.writeLate();

    expect(view()).toEqual({ ...before, seq: log.events.length });
    expect(log.events.length).toBeGreaterThan(before.seq);
  });

  it('leaves the view as it would be without it', () =>
    fc.assert(
      fc.property(anyWriter, ({ events, stale }) => {
        const view = applyEvents(emptyThreadView, events);
        const clean = events.filter(({ seq }) => !stale.has(seq)).map((event, index) => ({ ...event, seq: index + 1 }));
        const without = applyEvents(emptyThreadView, clean);

        const runsOf = ({ runs }: ThreadView) => Object.values(runs).map((run) => ({ ...run, queuedSeq: 0 }));
        expect(view.items).toEqual(without.items);
        expect(runsOf(view)).toEqual(runsOf(without));
        expect([view.thread, view.deleted]).toEqual([without.thread, without.deleted]);
      }),
    ));

  it('shows nothing of it, and no item twice', () =>
    fc.assert(
      fc.property(anyLog, (log) => {
        const view = applyEvents(emptyThreadView, log);

        expect(texts(view).filter((text) => /stale|late/.test(text))).toEqual([]);
        expect(new Set(view.items.map(({ id }) => id)).size).toBe(view.items.length);
      }),
    ));
});

describe('a message that is put into a run', () => {
  it('stands behind what the run has written until then', () => {
    const { log, view } = begun('Write a poem.');
    log.start();
    log.speak('Roses');
    log.steer('Shorter.');
    log.callTool(true);
    log.complete();

    expect(texts(view())).toEqual(['Write a poem.', 'Roses', 'Shorter.', 'tool']);
  });

  it.each(['before', 'behind'])('has been read when that is said %s it', (place) => {
    const { log, view } = begun('Write a poem.');
    log.start();
    const { running } = log;
    if (!running) throw new Error('it runs');
    const itemId = createCountedIds()('itm');
    const item = { id: itemId, runId: running.id, createdAt: at, type: 'user_message', text: 'Shorter.' } as const;
    const events: Event[] = [
      { type: 'item.added', item: { ...item, delivery: 'steer' } },
      { type: 'item.read', itemId, turn: 2 },
    ];

    for (const event of place === 'before' ? events.toReversed() : events) log.append(event, running);
    log.complete();

    expect(view().items.at(-1)).toMatchObject({ text: 'Shorter.', readInTurn: 2 });
    expect(restored(view()).items).toEqual(view().items);
  });

  it('is not lost when the run ends before it is written', () => {
    const { log, view } = begun('Write a poem.');
    log.start();
    log.cancel();
    log.steer('Shorter.', true);

    expect(texts(view())).toEqual(['Write a poem.', 'Shorter.']);
  });
});

describe('a run that waits', () => {
  it('shows what it waits for, and nothing of it once it has been answered', () => {
    const { log, view } = begun('Pay it.');
    log.start();
    log.ask();
    const asked = view();
    log.answer(true);
    log.callClient();
    const called = view();
    log.answer(false);
    log.complete();

    expect(asked.items.at(-1)).toMatchObject({ type: 'approval', status: 'pending' });
    expect(liveRuns(asked)).toMatchObject([{ status: 'awaiting_approval' }]);
    expect(called.items.at(-1)).toMatchObject({ awaitsClient: { expiresAt: at } });
    expect(liveRuns(called)).toMatchObject([{ status: 'awaiting_client_tool', attempt: 2 }]);
    expect(view().items.slice(1)).toMatchObject([
      { type: 'approval', status: 'approved' },
      { type: 'tool_call', status: 'completed', result: { ok: false } },
    ]);
    expect(view().items.at(-1)).not.toHaveProperty('awaitsClient');
  });

  it.each([
    ['an earlier attempt waited for', 2, 1, 'awaiting_approval', 'running'],
    ['this attempt waited for until somebody answered', 1, 1, 'awaiting_approval', 'awaiting_client_tool'],
    ['is left to wait for', 1, 1, 'paused_budget', 'paused_budget'],
    ['the next attempt waits for, whose beginning was not told', 1, 2, 'awaiting_approval', 'awaiting_approval'],
  ] as const)('is shown as it is when it is told last what %s', (_what, attempts, attempt, late, shown) => {
    const { log, view } = begun('Pay it.');
    log.start();
    const { running } = log;
    if (!running) throw new Error('it runs');
    log.append({ type: 'run.awaiting', status: 'awaiting_client_tool' }, { id: running.id, attempt: 1 });
    if (attempts > 1) log.start();

    log.append({ type: 'run.awaiting', status: late }, { id: running.id, attempt });

    expect(view().runs[running.id]?.status).toBe(shown);
  });

  it('asks nobody any more when it has been cancelled', () => {
    const { log, view } = begun('Pay it.');
    log.start();
    log.ask();
    log.cancel();

    expect(view().items.at(-1)).toMatchObject({ type: 'approval', status: 'cancelled' });
  });
});

describe('messages that wait', () => {
  it('keeps a message behind the answer to the one before it', () => {
    const { log, view } = begun('One');
    log.start();
    log.speak('First');
    log.say('Two');
    log.speak(' answer');
    log.callTool(true);
    log.complete();
    log.start();
    log.speak('Second answer');

    expect(texts(view())).toEqual(['One', 'First answer', 'tool', 'Two', 'Second answer']);
  });

  it('puts the answer of a retry behind what was said meanwhile', () => {
    const { log, view } = begun('One');
    log.start();
    log.fail();
    log.say('Two');
    log.retry();
    log.start();
    log.speak('Second');
    log.complete();
    log.start();
    log.speak('First, at last');

    expect(texts(view())).toEqual(['One', 'Two', 'Second', 'First, at last']);
  });
});

describe('a thread that is longer than a page', () => {
  const { log, view } = begun('One');
  log.start();
  log.speak('First');
  log.say('Two');
  log.callTool(true);
  log.complete();
  log.say('Three');
  log.cancel();
  const { items, runs } = view();
  const settled = projectionOf(view());
  const [first, , third] = Object.values(runs);
  if (!first || !third) throw new Error('no runs');
  const page = viewOf({ ...snapshot(view()), items: items.slice(-1), runs: [third], seq: settled.checkpointSeq });

  it('ignores the tail of a run that only older pages hold', () => {
    const opened = applyEvents(page, log.events.slice(page.seq));

    expect(texts(opened)).toEqual(['Two', 'Three']);
    expect(opened.seq).toBe(log.events.length);
  });

  it('puts an older page where it belongs, and keeps what it knows', () => {
    const before = viewOf({
      ...snapshot(view()),
      items: items.slice(-1),
      runs: [first, third],
      seq: settled.checkpointSeq,
    });
    const opened = applyEvents(before, log.events.slice(page.seq));

    const whole = withOlderItems(opened, items.slice(0, 3), [first, { ...third, status: 'running' }]);

    expect(texts(whole)).toEqual(['One', 'First', 'tool', 'Two', 'Three']);
    expect(whole.runs).toEqual(runs);
    expect(withOlderItems(whole, items.slice(0, 3), [first])).toEqual(whole);
  });

  it('puts older items of a run behind those of an earlier run that still goes on', () => {
    const [two, three] = items.slice(-2);
    if (!two || !three) throw new Error('no items');

    const whole = withOlderItems({ ...view(), items: [...items.slice(0, 3), three] }, [two], []);

    expect(whole.items).toEqual(items);
  });
});

it('never throws, whatever the events say', () => {
  const ids = createCountedIds();
  const runId = ids('run');
  const itemId = ids('itm');
  const events: Event[] = [
    { type: 'item.delta', itemId, text: 'x' },
    { type: 'item.done', itemId, status: 'completed' },
    { type: 'tool.started', itemId },
    { type: 'tool.done', itemId, ok: true, output: '', durationMs: 0 },
    { type: 'turn.restarted', itemIds: [itemId] },
    { type: 'run.started', agentId: ids('agt'), model: 'demo/scripted' },
    { type: 'run.failed', error: { code: 'internal', message: '' } },
  ];

  for (const event of events) {
    const envelope: AnyEnvelope = { seq: 1, at, event };
    expect(applyEvent(emptyThreadView, envelope)).toEqual({ ...emptyThreadView, seq: 1 });
    expect(applyEvent(emptyThreadView, { ...envelope, runId })).toEqual({ ...emptyThreadView, seq: 1 });
  }
});

function begun(text?: string) {
  const log = new LogWriter();
  if (text) log.say(text);
  return { log, view: () => applyEvents(emptyThreadView, log.events) };
}

const textOf = (item: Item) => ('text' in item ? item.text : 'tool');
const texts = (view: ThreadView) => view.items.map(textOf);

function snapshot(view: ThreadView) {
  if (!view.thread) throw new Error('no thread');
  return {
    thread: view.thread,
    items: [...view.items],
    runs: Object.values(view.runs),
    seq: view.seq,
    olderCursor: null,
  };
}

/** The view as Postgres gives it back. */
function restored(view: ThreadView): ThreadView {
  const { items, runs, checkpointSeq } = projectionOf(view);
  const sorted = items.toSorted((a, b) => a.runSeq - b.runSeq || a.seq - b.seq);
  return viewOf({ ...snapshot(view), items: sorted.map(({ item }) => item), runs: [...runs], seq: checkpointSeq });
}
