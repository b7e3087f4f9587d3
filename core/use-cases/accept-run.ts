import { logIds } from '../domain/log-ids.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { mergeInto, standAlone, steer } from '../domain/run-steering.ts';
import { titleFrom } from '../domain/thread-title.ts';
import { notFound } from '../errors.ts';
import { timestamp } from '../ports/clock.ts';
import type { Event } from '../protocol/event.ts';
import type { RunId } from '../protocol/ids.ts';
import { isTerminal } from '../protocol/run.ts';
import type { MessageInput } from '../protocol/socket.ts';
import type { Thread } from '../protocol/thread.ts';
import { announceThread } from './announce-thread.ts';
import type { Deps } from './deps.ts';
import { enqueueRun } from './enqueue-run.ts';
import { threadStream, userFeed } from './load-thread.ts';
import { projectThread } from './settle-run.ts';

type AcceptDeps = Pick<
  Deps,
  'store' | 'minter' | 'publisher' | 'queue' | 'runs' | 'log' | 'now' | 'logger' | 'metrics'
>;

/**
 * Makes a recorded run real: its thread (or that thread's name), its place in the log, its message in the queue, in this order. Every step may be
 * done again without a second effect, so whoever finds a record that was left half-way (a client that tries again, the
 * sweep) calls this. The answer is the record as it was accepted.
 */
export async function acceptRun(
  deps: AcceptDeps,
  given: RunRecord,
  input: MessageInput | undefined,
): Promise<RunRecord> {
  const record = input && given.steers ? await putInto(deps, given, given.steers, input) : given;
  if (isTerminal(record.status)) return record;
  // It has been accepted before, and was left half-way when it was to go on.
  if (!record.sendAs) await writeDown(deps, record, input);
  await enqueueRun(deps, record, deps.publisher.flush);
  if (!record.sendAs) {
    deps.metrics.record('RunsAccepted', 1);
    deps.logger.info(logIds(record), 'run accepted');
  }
  return record;
}

async function writeDown(deps: AcceptDeps, record: RunRecord, input: MessageInput | undefined): Promise<void> {
  const thread = record.newThread ? await addThread(deps, record, input) : undefined;
  if (record.namesThread && input) await nameThread(deps, record, input);
  await deps.publisher.publish(threadStream(record.threadId), {
    batchId: `${record.runId}:accepted`,
    runId: record.runId,
    searchAfter: record.acceptedAfterSeq,
    events: [...(thread ? [{ type: 'thread.created', thread } as const] : []), ...acceptedEvents(record, input)],
  });
}

/**
 * Puts the message into the run that is under way. If that one takes it, this run is over before it was seen; if not, the
 * message is a run of its own.
 */
async function putInto(deps: AcceptDeps, record: RunRecord, target: RunId, { text }: MessageInput): Promise<RunRecord> {
  const { runId, threadId, inputItemId: itemId, createdAtMs, acceptedAfterSeq } = record;
  const steering = await deps.runs.change(target, (other) => steer(other, { itemId, text }, deps.now()));
  const isTaken = steering?.kind === 'taken' || steering?.kind === 'already';
  // Also when it cannot stand alone any more: then somebody has gone on with it, and this is how it stands.
  if (!isTaken) return (await deps.runs.change(runId, standAlone))?.record ?? record;
  const item = { id: itemId, runId: target, createdAt: timestamp(createdAtMs), type: 'user_message' as const, text };
  await deps.publisher.publish(threadStream(threadId), {
    batchId: `${runId}:steered`,
    runId: target,
    searchAfter: acceptedAfterSeq,
    events: [{ type: 'item.added', item: { ...item, delivery: 'steer' } }],
  });
  // The run has ended meanwhile, and its thread may have been kept in Postgres without the message.
  const other = await deps.runs.get(target);
  if (other && isTerminal(other.status)) await projectThread(deps, record);
  return (await deps.runs.change(runId, mergeInto))?.record ?? record;
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
  const { runId, threadId, agentId, inputItemId, retryOf, regenerates, replaces, parentRunId } = record;
  const queued: Event = {
    type: 'run.queued',
    run: {
      id: runId,
      threadId,
      agentId,
      status: 'queued',
      attempt: 0,
      inputItemId,
      ...(parentRunId !== undefined && { parentRunId }),
      ...(retryOf && { retryOf }),
      ...(regenerates && { regenerates }),
      ...(replaces && { replaces }),
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
  if (!input && !record.retryOf && !record.regenerates) throw notFound('request of run', record.runId);
  return input;
};
