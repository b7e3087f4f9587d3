import type { RunRecord } from '../domain/run-record.ts';
import { titleFrom } from '../domain/thread-title.ts';
import { notFound } from '../errors.ts';
import { timestamp } from '../ports/clock.ts';
import type { Event } from '../protocol/event.ts';
import type { MessageInput } from '../protocol/socket.ts';
import type { Thread } from '../protocol/thread.ts';
import { announceThread } from './announce-thread.ts';
import type { Deps } from './deps.ts';
import { threadStream, userFeed } from './load-thread.ts';

type AcceptDeps = Pick<Deps, 'store' | 'minter' | 'publisher' | 'queue'>;

/**
 * Makes a recorded run real: its thread (or that thread's name), its place in the log, its message in the queue, in this order. Every step may be
 * done again without a second effect, so whoever finds a record that was left half-way (a client that tries again, the
 * sweep) calls this.
 */
export async function acceptRun(deps: AcceptDeps, record: RunRecord, input: MessageInput | undefined): Promise<void> {
  const thread = record.newThread ? await addThread(deps, record, input) : undefined;
  if (record.namesThread && input) await nameThread(deps, record, input);
  await deps.publisher.publish(threadStream(record.threadId), {
    batchId: `${record.runId}:accepted`,
    runId: record.runId,
    searchAfter: record.acceptedAfterSeq,
    events: [...(thread ? [{ type: 'thread.created', thread } as const] : []), ...acceptedEvents(record, input)],
  });
  const { runId, threadId, workspaceId, requestId } = record;
  await deps.queue.send({ version: 1, runId, threadId, workspaceId, requestId });
}

async function addThread(deps: AcceptDeps, record: RunRecord, input: MessageInput | undefined): Promise<Thread> {
  const createdAt = timestamp(record.createdAtMs);
  const thread: Thread = {
    id: record.threadId,
    workspaceId: record.workspaceId,
    agentId: record.agentId,
    title: input ? titleFrom(input.text) : null,
    status: 'active',
    createdAt,
    updatedAt: createdAt,
  };
  const added = await deps.store.addThread(await deps.minter.forUser(record), thread, record.userId);
  await deps.publisher.publish(userFeed(record.userId), {
    batchId: `${record.runId}:thread`,
    searchAfter: record.feedAfterSeq,
    events: [{ type: 'thread.created', thread: added }],
  });
  return added;
}

/** Names a thread that was made without a title. One that was named meanwhile, by an earlier try or by its owner, is told as it is. */
async function nameThread(deps: AcceptDeps, record: RunRecord, input: MessageInput): Promise<void> {
  const { threadId, userId, runId, acceptedAfterSeq, feedAfterSeq } = record;
  const access = await deps.minter.forUser(record);
  const named = await deps.store.renameThread(access, threadId, titleFrom(input.text), true);
  const thread = named ?? (await deps.store.thread(access, threadId));
  if (thread) await announceThread(deps, userId, thread, runId, { acceptedAfterSeq, feedAfterSeq });
}

function acceptedEvents(record: RunRecord, input: MessageInput | undefined): Event[] {
  const createdAt = timestamp(record.createdAtMs);
  const { runId, threadId, agentId, inputItemId, retryOf } = record;
  const queued: Event = {
    type: 'run.queued',
    run: {
      id: runId,
      threadId,
      agentId,
      status: 'queued',
      attempt: 0,
      inputItemId,
      ...(retryOf && { retryOf }),
      createdAt,
    },
  };
  if (!input) return [queued];
  return [
    queued,
    { type: 'item.added', item: { id: inputItemId, runId, createdAt, type: 'user_message', text: input.text } },
  ];
}

/** The run of a request that may be repeated: what was recorded first is what counts. */
export const recordedInput = async (
  { runs }: Pick<Deps, 'runs'>,
  record: RunRecord,
): Promise<MessageInput | undefined> => {
  const input = await runs.input(record);
  if (!input && !record.retryOf) throw notFound('request of run', record.runId);
  return input;
};
