import { describe, expect, it, vi } from 'vitest';
import type { AnyEnvelope } from '#core/protocol/event.ts';
import { settle } from '../../testing/fake-transport.ts';
import {
  anAnswer,
  answering,
  aRun,
  aThread,
  aUserMessage,
  envelope,
  threadId,
} from '../../testing/protocol-fixtures.ts';
import type { Api } from '../http/api.ts';
import { CallError } from '../http/call-error.ts';
import type { Subscriber } from '../socket/subscriptions.ts';
import { createThreadStore } from './thread-store.ts';

const events = answering('one ', 'two');
const snapshot = {
  thread: aThread(),
  items: [aUserMessage(1, 1), anAnswer(2, 1)],
  runs: [aRun(1)],
  seq: 4,
  olderCursor: 'older',
};
const older = { data: [aUserMessage(8, 8, 'Earlier')], runs: [aRun(8, { queuedSeq: 0 })], nextCursor: null };

async function setUp(answer: () => unknown = () => snapshot, awaitsRun = false) {
  const asked: string[] = [];
  const api = (async (key: string) => {
    asked.push(key);
    return key.endsWith('/items') ? older : answer();
  }) as Api;
  let subscriber: Subscriber | undefined;
  const subscribe = vi.fn((_stream: string, next: Subscriber) => {
    subscriber = next;
    return () => undefined;
  });
  const store = createThreadStore(threadId, { api, socket: { subscribe }, awaitsRun: () => awaitsRun, batchMs: 0 });
  await settle();
  const push = (pushed: AnyEnvelope[]) =>
    subscriber?.onEvents({ type: 'events', stream: `thread:${threadId}`, events: pushed, head: 6 });
  const texts = () => {
    const state = store.state.get();
    return state.status === 'ready' ? state.view.items.map((item) => ('text' in item ? item.text : '')) : [];
  };
  return { store, asked, push, texts, subscriber: () => subscriber };
}

describe('createThreadStore', () => {
  it('opens with the snapshot and goes on with the events after it', async () => {
    const { push, texts, subscriber } = await setUp();
    expect(subscriber()?.after()).toBe(4);

    push(events.slice(3));
    expect(subscriber()?.after()).toBe(6);

    expect(texts()).toEqual(['Hello', 'one two']);
  });

  it('hears what the run that is waited for has said beside the snapshot, and then goes on from its end', async () => {
    const { push, texts, subscriber, store } = await setUp(() => snapshot, true);
    const queuedSeq = snapshot.runs[0]?.queuedSeq ?? 0;
    const asked = subscriber()?.after();
    const before = texts();

    push([envelope(3, { type: 'notice', level: 'warning', message: 'Nobody knows what it costs.' }, 1)]);

    expect(asked).toBe(queuedSeq - 1);
    expect(subscriber()?.after()).toBe(4);
    expect(texts()).toEqual(before);
    const state = store.state.get();
    expect(state.status === 'ready' && Object.values(state.notes.notices).flat()).toMatchObject([{ seq: 3 }]);
  });

  it('opens anew when its place in the stream is refused or cannot be reached', async () => {
    const { asked, subscriber } = await setUp();

    subscriber()?.onRefused({ code: 'after_beyond_head', message: '' });
    await settle();
    subscriber()?.onStuck();
    await settle();

    expect(asked).toHaveLength(3);
  });

  it('tells a thread that is not there from one that cannot be loaded now', async () => {
    const refusal = new CallError({ reason: 'refused', error: { code: 'not_found', message: '' } });
    const missing = await setUp(() => Promise.reject(refusal));
    const broken = await setUp(() => Promise.reject(new CallError({ reason: 'unreachable' })));

    expect(missing.store.state.get().status).toBe('not_found');
    expect(broken.store.state.get().status).toBe('failed');
  });

  it('puts older items before the others', async () => {
    const { store, texts } = await setUp();

    await store.loadOlder();
    await store.loadOlder();

    expect(texts()).toEqual(['Earlier', 'Hello', '']);
    expect(store.state.get()).toMatchObject({ older: { status: 'none' } });
  });
});
