import type { Principal } from '../domain/principal.ts';
import { notFound } from '../errors.ts';
import { timestamp } from '../ports/clock.ts';
import type { AgentId, ThreadId } from '../protocol/ids.ts';
import type { Thread } from '../protocol/thread.ts';
import { liveRuns } from '../protocol/thread-view.ts';
import { announceThread } from './announce-thread.ts';
import { endByRequest } from './cancel-run.ts';
import type { Deps } from './deps.ts';
import { loadThread, threadStream, userFeed } from './load-thread.ts';

type ThreadDeps = Omit<Deps, 'connections' | 'queue'>;

/** An empty thread with an agent. Errors: `not_found` for an agent that the caller cannot see. */
export async function createThread(
  deps: ThreadDeps,
  caller: Principal,
  { agentId, title }: { agentId: AgentId; title?: string | undefined },
): Promise<Thread> {
  const access = await deps.minter.forUser(caller);
  const agent = await deps.store.agent(access, agentId);
  if (!agent) throw notFound('agent', agentId);
  const createdAt = timestamp(deps.now());
  const thread = await deps.store.addThread(
    access,
    {
      id: deps.newId('thr'),
      workspaceId: agent.workspaceId,
      agentId,
      title: title ?? null,
      status: 'active',
      createdAt,
      updatedAt: createdAt,
    },
    caller.userId,
  );
  const events = [{ type: 'thread.created', thread } as const];
  await deps.publisher.publish(threadStream(thread.id), { batchId: `${thread.id}:created`, events });
  await deps.publisher.publish(userFeed(caller.userId), { batchId: `${thread.id}:created`, events });
  return thread;
}

/** Errors: `not_found`. */
export async function renameThread(
  deps: ThreadDeps,
  caller: Principal,
  threadId: ThreadId,
  title: string,
): Promise<Thread> {
  const thread = await deps.store.renameThread(await deps.minter.forUser(caller), threadId, title);
  if (!thread) throw notFound('thread', threadId);
  await announceThread(deps, caller.userId, thread, deps.newId('itm'));
  return thread;
}

/** Stops what runs in the thread, and removes it with all its items. Errors: `not_found`. */
export async function deleteThread(deps: ThreadDeps, caller: Principal, threadId: ThreadId): Promise<void> {
  const access = await deps.minter.forUser(caller);
  const loaded = await loadThread(deps, access, threadId, 1);
  if (!loaded) throw notFound('thread', threadId);
  for (const run of liveRuns(loaded.view)) await endByRequest(deps, run.id);
  if (!(await deps.store.deleteThread(access, threadId))) throw notFound('thread', threadId);
  const batch = { batchId: `${threadId}:deleted`, events: [{ type: 'thread.deleted', threadId } as const] };
  await deps.publisher.publish(threadStream(threadId), batch);
  await deps.publisher.publish(userFeed(caller.userId), batch);
}
