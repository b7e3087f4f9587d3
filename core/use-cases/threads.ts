import type { Principal } from '../domain/principal.ts';
import { sweepAfterMs } from '../domain/run-record.ts';
import { notFound, PlatformError } from '../errors.ts';
import { timestamp } from '../ports/clock.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { ThreadChange, ThreadOutbox } from '../ports/thread-outbox.ts';
import type { AgentId, ThreadId } from '../protocol/ids.ts';
import type { Thread } from '../protocol/thread.ts';
import { liveRuns } from '../protocol/thread-view.ts';
import { announceThread } from './announce-thread.ts';
import { endByRequest } from './cancel-run.ts';
import type { Deps } from './deps.ts';
import { loadThread, threadStream, userFeed } from './load-thread.ts';
import type { SettleDeps } from './settle-run.ts';

// A thread stands in Postgres, and what becomes of it in the log. So each change is noted first: whoever dies between the two
// leaves it to the sweep.

export interface ThreadDeps extends Omit<Deps, 'connections' | 'queue'>, SettleDeps {
  readonly threadOutbox: ThreadOutbox;
}

interface NewThread {
  readonly agentId: AgentId;
  readonly title?: string | undefined;
  /** The same key again answers with the thread that it made. */
  readonly clientRequestId?: string | undefined;
}

/** An empty thread with an agent. Errors: `not_found` for an agent that the caller cannot see, `idempotency_mismatch`. */
export async function createThread(
  deps: ThreadDeps,
  caller: Principal,
  { agentId, title, clientRequestId }: NewThread,
): Promise<Thread> {
  const access = await deps.minter.forUser(caller);
  const agent = await deps.store.agent(access, agentId);
  if (!agent) throw notFound('agent', agentId);
  const threadId = deps.newId('thr');
  const createdAt = timestamp(deps.now());
  const thread: Thread = {
    id: threadId,
    workspaceId: agent.workspaceId,
    agentId,
    title: title ?? null,
    status: 'active',
    createdAt,
    updatedAt: createdAt,
  };
  const id = clientRequestId ? `${caller.userId}:${clientRequestId}` : `${threadId}:created`;
  const { change, isDone } = await deps.threadOutbox.put({
    ...(await noted(deps, caller, threadId)),
    threadAfterSeq: 0,
    id,
    kind: 'create',
    thread,
  });
  if (change.kind !== 'create' || change.thread.agentId !== agentId || change.thread.title !== thread.title)
    throw new PlatformError('idempotency_mismatch', 'This clientRequestId was used before, for another request.');
  // It may have been deleted since, and stays so.
  if (isDone) return (await deps.store.thread(access, change.threadId)) ?? change.thread;
  return create(deps, access, change);
}

/** Errors: `not_found`. */
export async function renameThread(
  deps: ThreadDeps,
  caller: Principal,
  threadId: ThreadId,
  title: string,
): Promise<Thread> {
  const access = await deps.minter.forUser(caller);
  if (!(await deps.store.seesThread(access, threadId))) throw notFound('thread', threadId);
  const id = `${deps.newId('itm')}:renamed`;
  const change = { ...(await noted(deps, caller, threadId)), id, kind: 'rename', title } as const;
  await deps.threadOutbox.put(change);
  const thread = await deps.store.renameThread(access, threadId, title);
  if (thread) await announce(deps, change, thread);
  await deps.threadOutbox.done(id);
  if (!thread) throw notFound('thread', threadId);
  return thread;
}

/** Stops what runs in the thread, and removes it with all its items. Errors: `not_found`. */
export async function deleteThread(deps: ThreadDeps, caller: Principal, threadId: ThreadId): Promise<void> {
  const access = await deps.minter.forUser(caller);
  if (!(await deps.store.seesThread(access, threadId))) throw notFound('thread', threadId);
  const change = { ...(await noted(deps, caller, threadId)), id: `${threadId}:deleted`, kind: 'delete' } as const;
  await deps.threadOutbox.put(change);
  await remove(deps, access, change);
}

/** Brings a change to its end that was left half-way. May be done again. */
export async function finishThreadChange(deps: ThreadDeps, change: ThreadChange): Promise<void> {
  const access = await deps.minter.forUser({ userId: change.userId, isAnonymous: change.isAnonymous });
  switch (change.kind) {
    case 'create':
      await create(deps, access, change);
      return;
    case 'delete':
      return remove(deps, access, change);
    case 'rename': {
      // What it is called now is told, whoever named it; whoever asked for the name was not told that it was taken.
      const thread = await deps.store.thread(access, change.threadId);
      if (thread) await announce(deps, change, thread);
      return deps.threadOutbox.done(change.id);
    }
  }
}

const noted = async ({ log, now }: ThreadDeps, { userId, isAnonymous }: Principal, threadId: ThreadId) => ({
  threadId,
  userId,
  isAnonymous,
  threadAfterSeq: await log.head(threadStream(threadId)),
  feedAfterSeq: await log.head(userFeed(userId)),
  dueAtMs: now() + sweepAfterMs.accepted,
});

async function create(
  deps: ThreadDeps,
  access: DataAccess,
  { id, thread, userId, feedAfterSeq }: Extract<ThreadChange, { kind: 'create' }>,
): Promise<Thread> {
  const added = await deps.store.addThread(access, thread, userId);
  const batch = { batchId: `${thread.id}:created`, events: [{ type: 'thread.created', thread } as const] };
  await deps.publisher.publish(threadStream(thread.id), { ...batch, searchAfter: 0 });
  await deps.publisher.publish(userFeed(userId), { ...batch, searchAfter: feedAfterSeq });
  await deps.threadOutbox.done(id);
  return added;
}

async function remove(
  deps: ThreadDeps,
  access: DataAccess,
  { id, threadId, userId, threadAfterSeq, feedAfterSeq }: ThreadChange,
): Promise<void> {
  const loaded = await loadThread(deps, access, threadId, 1);
  for (const run of loaded ? liveRuns(loaded.view) : []) await endByRequest(deps, run.id);
  await deps.store.deleteThread(access, threadId);
  const batch = { batchId: id, events: [{ type: 'thread.deleted', threadId } as const] };
  await deps.publisher.publish(threadStream(threadId), { ...batch, searchAfter: threadAfterSeq });
  await deps.publisher.publish(userFeed(userId), { ...batch, searchAfter: feedAfterSeq });
  await deps.threadOutbox.done(id);
}

const announce = (deps: ThreadDeps, change: ThreadChange, thread: Thread): Promise<void> =>
  announceThread(deps, change.userId, thread, change.id, {
    acceptedAfterSeq: change.threadAfterSeq,
    feedAfterSeq: change.feedAfterSeq,
  });
