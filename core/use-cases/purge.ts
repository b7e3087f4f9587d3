import type { Eraser } from '../ports/eraser.ts';
import type { Purge, PurgeList } from '../ports/purge-list.ts';
import type { RunId, ThreadId, WorkspaceId } from '../protocol/ids.ts';
import type { Deps } from './deps.ts';
import { threadStream, workspaceFeed } from './load-thread.ts';

export interface PurgeDeps extends Pick<Deps, 'log' | 'runs' | 'logger'> {
  readonly eraser: Eraser;
  readonly purges: PurgeList;
}

const eventsPerRead = 500;

/**
 * Takes away what is left of threads, workspaces and budgets that were deleted: logs, runs, journals, long texts, counters. Each
 * may be cut off anywhere and is gone through again from the start; what leads to the rest goes last. How many there were, and how many failed.
 */
export async function purgeDeleted(deps: PurgeDeps, limit = 20): Promise<{ purged: number; failed: number }> {
  const report = { purged: 0, failed: 0 };
  for (const purge of await deps.purges.due(limit)) {
    try {
      await erase(deps, purge);
      await deps.purges.done(purge);
      report.purged += 1;
    } catch (error) {
      report.failed += 1;
      deps.logger.error({ error, ...purge }, 'what was deleted could not be taken away');
    }
  }
  return report;
}

async function erase(deps: PurgeDeps, purge: Purge): Promise<void> {
  switch (purge.kind) {
    case 'thread':
      return eraseThread(deps, purge.subject);
    case 'workspace':
      return eraseWorkspace(deps, purge.subject);
    case 'budget':
      return deps.eraser.counter(purge.subject);
  }
}

async function eraseThread({ log, eraser }: PurgeDeps, threadId: ThreadId): Promise<void> {
  const stream = threadStream(threadId);
  const known = new Set<RunId>();
  let after = 0;
  for (;;) {
    const events = await log.read(stream, after, eventsPerRead);
    const last = events.at(-1);
    if (!last) break;
    after = last.seq;
    for (const { runId } of events) {
      if (runId === undefined || known.has(runId)) continue;
      known.add(runId);
      await eraser.run(runId);
    }
  }
  await eraser.texts(`threads/${threadId}/`);
  await eraser.stream(stream);
}

/** Its threads have notes of their own. Runs that the log of none of them names had only just been accepted. */
async function eraseWorkspace({ runs, eraser }: PurgeDeps, workspaceId: WorkspaceId): Promise<void> {
  let before: RunId | undefined;
  for (;;) {
    const live = await runs.listLive({ workspaceId, before, limit: 100 });
    const last = live.at(-1);
    if (!last) break;
    before = last.runId;
    for (const { runId } of live) await eraser.run(runId);
  }
  await eraser.stream(workspaceFeed(workspaceId));
}
