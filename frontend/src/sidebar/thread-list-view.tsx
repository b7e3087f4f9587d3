import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { usePlatform } from '../app/platform-context.ts';
import { useWorkspace } from '../app/use-workspace.ts';
import { countByThread, usePendingApprovals } from '../approvals/use-pending-approvals.ts';
import { titleOf } from '../format/title.ts';
import { Button } from '../kit/button.tsx';
import { SearchField } from '../kit/search-field.tsx';
import { Skeleton } from '../kit/skeleton.tsx';
import { useStore } from '../state/use-store.ts';
import { byDay } from './by-day.ts';
import { ThreadEntry } from './thread-entry.tsx';

/** With fewer threads, all of them are in sight. */
const worthSearching = 8;
/** Older ones are searched when somebody loads them. */
const mostSearched = 600;

export function ThreadListView({ onNavigate }: { readonly onNavigate: () => void }) {
  const { threadList } = usePlatform();
  const state = useStore(threadList.state);
  const workspace = useWorkspace();
  const waiting = countByThread(usePendingApprovals(workspace.data?.id).data);
  const { threadId: openThreadId } = useParams({ strict: false });
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const unread = state.status === 'ready' && state.nextCursor !== null && state.more === 'idle';
  const searchesOn = wanted !== '' && unread && state.list.threads.length < mostSearched;

  // What is searched has to be here first.
  useEffect(() => {
    if (searchesOn) void threadList.loadMore();
  }, [searchesOn, threadList]);

  if (workspace.isError) return <Failed onRetry={() => void workspace.refetch()} />;
  if (state.status === 'failed') return <Failed onRetry={threadList.retry} />;
  if (state.status === 'loading') return <Loading />;
  const { list, nextCursor, more } = state;
  if (list.threads.length === 0) {
    return <p className="px-2 py-3 text-[13.5px] text-muted">Your threads will be listed here.</p>;
  }
  const found = list.threads.filter((thread) => titleOf(thread).toLowerCase().includes(wanted));
  return (
    <div data-testid="thread-list">
      {(list.threads.length >= worthSearching || wanted !== '') && (
        <div className="pb-3">
          <SearchField label="Search threads" value={search} onSearch={setSearch} />
        </div>
      )}
      {found.length === 0 && nextCursor === null && (
        <p className="px-2.5 py-2 text-[13.5px] text-muted">No thread has this in its title.</p>
      )}
      {byDay(found, new Date()).map(({ group, threads }) => (
        <section key={group} aria-label={group} className="mb-4">
          <p aria-hidden="true" className="px-2.5 pb-1.5 font-medium text-[12px] text-muted">
            {group}
          </p>
          <ul className="flex flex-col gap-px">
            {threads.map((thread) => (
              <ThreadEntry
                key={thread.id}
                thread={thread}
                waiting={waiting.get(thread.id) ?? 0}
                current={thread.id === openThreadId}
                onNavigate={onNavigate}
              />
            ))}
          </ul>
        </section>
      ))}
      {nextCursor !== null && (
        <Button
          kind="quiet"
          className="w-full"
          disabled={more === 'loading'}
          onClick={() => void threadList.loadMore()}
        >
          {more === 'loading' ? 'Loading…' : more === 'failed' ? 'That failed. Load more again' : 'Load more'}
        </Button>
      )}
    </div>
  );
}

function Failed({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <div role="alert" className="px-2 py-3 text-[13.5px] text-muted">
      <p>Your threads could not be loaded.</p>
      <Button className="mt-3" onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

function Loading() {
  return (
    <div role="status" aria-label="Loading threads" className="flex flex-col gap-3.5 px-2.5 py-2">
      {['w-40', 'w-28', 'w-36', 'w-24', 'w-32'].map((width) => (
        <Skeleton key={width} className={`h-4 ${width}`} />
      ))}
    </div>
  );
}
