import { describe, expect, it } from 'vitest';
import { aThread, threadIdOf } from '../../testing/protocol-fixtures.ts';
import { applyFeedEvent, emptyThreadList, withThreads } from './thread-list.ts';

const first = aThread({ id: threadIdOf(1), updatedAt: '2026-11-20T00:00:00.000Z' });
const second = aThread({ id: threadIdOf(2), updatedAt: '2026-11-21T00:00:00.000Z' });
const ids = (list: typeof emptyThreadList) => list.threads.map(({ id }) => id);

describe('the thread list', () => {
  it('stands newest first, however it was loaded', () => {
    const list = withThreads(withThreads(emptyThreadList, [first]), [second]);

    expect(ids(list)).toEqual([second.id, first.id]);
  });

  it('takes a newer name and not an older one', () => {
    const named = { ...first, title: 'New', updatedAt: '2026-11-22T00:00:00.000Z' };
    const list = applyFeedEvent(withThreads(emptyThreadList, [first, second]), {
      type: 'thread.updated',
      thread: named,
    });

    const replayed = applyFeedEvent(list, { type: 'thread.updated', thread: first });

    expect(ids(replayed)).toEqual([first.id, second.id]);
    expect(replayed.threads[0]?.title).toBe('New');
  });

  it('does not bring a deleted thread back when an older page or event comes late', () => {
    const list = applyFeedEvent(withThreads(emptyThreadList, [first, second]), {
      type: 'thread.deleted',
      threadId: first.id,
    });

    expect(ids(withThreads(list, [first]))).toEqual([second.id]);
  });
});
