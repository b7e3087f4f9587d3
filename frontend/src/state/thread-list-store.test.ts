import { expect, it } from 'vitest';
import { settle } from '../../testing/fake-transport.ts';
import { aThread, envelope, workspaceId } from '../../testing/protocol-fixtures.ts';
import type { Api } from '../http/api.ts';
import type { Subscriber } from '../socket/subscriptions.ts';
import { createThreadListStore } from './thread-list-store.ts';

/** A list whose pages are answered by the test, with its reader of the feed. */
function setUp() {
  const pages: ((threads: readonly object[]) => void)[] = [];
  const api = (() =>
    new Promise((resolve) => pages.push((data) => resolve({ data, nextCursor: null })))) as unknown as Api;
  const readers: Subscriber[] = [];
  const socket = {
    subscribe(_stream: string, reader: Subscriber) {
      readers.push(reader);
      return () => undefined;
    },
  };
  const seenSeq = { get: () => 0, set: () => undefined };
  const store = createThreadListStore({ api, socket, seenSeq });
  store.open(workspaceId);
  const shown = () => {
    const now = store.state.get();
    return now.status === 'ready' ? now.list.threads : now.status;
  };
  return { pages, reader: readers[0], shown };
}

it('reads the list again when something happened while its first page was on the way', async () => {
  const { pages, reader, shown } = setUp();
  const thread = aThread();

  const events = [envelope(1, { type: 'thread.created', thread })];
  reader?.onEvents({ type: 'events', stream: 'user', events, head: 1 });
  pages[0]?.([]);
  await settle();
  const older = shown();
  pages[1]?.([thread]);
  await settle();

  expect(older).toEqual([]);
  expect(shown()).toEqual([thread]);
  expect(pages).toHaveLength(2);
});
