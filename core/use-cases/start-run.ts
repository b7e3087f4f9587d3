import type { Principal } from '../domain/principal.ts';
import { markEnqueued, newRunRecord, type RunRecord } from '../domain/run-record.ts';
import { notFound, PlatformError } from '../errors.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { AgentId, RunId, ThreadId } from '../protocol/ids.ts';
import type { MessageInput, RunAccepted } from '../protocol/socket.ts';
import { acceptRun } from './accept-run.ts';
import type { Deps } from './deps.ts';
import { threadStream, userFeed } from './load-thread.ts';

export interface StartRun {
  readonly threadId?: ThreadId | undefined;
  /** For a new thread; in one that exists its own agent answers. */
  readonly agentId?: AgentId | undefined;
  readonly input?: MessageInput | undefined;
  readonly retryOf?: RunId | undefined;
  readonly clientRequestId: RunRecord['clientRequestId'];
}

type StartDeps = Omit<Deps, 'connections'>;

/**
 * Accepts a message to an agent, or a new try at a failed run: authorised, recorded, in the log and in the queue when it
 * resolves. The same clientRequestId again has the same answer and starts nothing, also when the first request was cut
 * off anywhere.
 * Errors: `not_found`, `conflict` for a thread that is not active or a run that cannot be tried again, `idempotency_mismatch`.
 */
export async function startRun(
  deps: StartDeps,
  caller: Principal,
  request: StartRun,
  requestId: string,
): Promise<RunAccepted> {
  if ((request.input === undefined) === (request.retryOf === undefined)) {
    throw new PlatformError('invalid_request', 'Give either input or retryOf.', {
      details: [{ path: 'input', message: 'give either input or retryOf' }],
    });
  }
  const access = await deps.minter.forUser(caller);
  const [place, head] = await Promise.all([
    findPlace(deps, access, request),
    // Known to belong to the caller only when the place is found; nobody hears of it before.
    deps.log.head(request.threadId ? threadStream(request.threadId) : userFeed(caller.userId)),
  ]);
  const { record, input, created } = await deps.runs.create(
    newRunRecord({
      ...place,
      runId: deps.newId('run'),
      userId: caller.userId,
      isAnonymous: caller.isAnonymous,
      clientRequestId: request.clientRequestId,
      inputItemId: await inputItemOf(deps, place.threadId, request),
      ...(request.retryOf && { retryOf: request.retryOf }),
      requestId,
      createdAtMs: deps.now(),
      ...(await heads(deps, caller, place, head)),
    }),
    request.input,
  );
  if (!created) assertSameRequest(request, record, input);
  if (record.status === 'queued' && !record.enqueued) {
    await acceptRun(deps, record, input);
    // So that the sweep leaves a run alone that only waits for its turn.
    await deps.runs.change(record.runId, (current) => markEnqueued(current, deps.now()));
  }
  return { runId: record.runId, threadId: record.threadId, inputItemId: record.inputItemId };
}

type Place = Pick<RunRecord, 'threadId' | 'workspaceId' | 'agentId' | 'newThread' | 'namesThread'>;

async function findPlace(deps: StartDeps, access: DataAccess, { threadId, agentId }: StartRun): Promise<Place> {
  if (threadId) {
    const thread = await deps.store.thread(access, threadId);
    if (!thread) throw notFound('thread', threadId);
    if (thread.status !== 'active') throw new PlatformError('conflict', `The thread is ${thread.status}.`);
    const namesThread = thread.title === null;
    return { threadId, workspaceId: thread.workspaceId, agentId: thread.agentId, newThread: false, namesThread };
  }
  if (!agentId) {
    throw new PlatformError('invalid_request', 'A new thread needs an agent.', {
      details: [{ path: 'agentId', message: 'give an agentId, or the threadId of a thread that exists' }],
    });
  }
  const agent = await deps.store.agent(access, agentId);
  if (!agent) throw notFound('agent', agentId);
  return { threadId: deps.newId('thr'), workspaceId: agent.workspaceId, agentId, newThread: true };
}

async function inputItemOf(deps: StartDeps, threadId: ThreadId, { retryOf }: StartRun) {
  if (!retryOf) return deps.newId('itm');
  const tried = await deps.runs.get(retryOf);
  if (tried?.threadId !== threadId) throw notFound('run', retryOf);
  if (tried.status !== 'failed' && tried.status !== 'cancelled' && tried.status !== 'timed_out') {
    throw new PlatformError(
      'conflict',
      `Only a run that failed or was stopped can be tried again; this one is ${tried.status}.`,
    );
  }
  return tried.inputItemId;
}

/** Where the run's events will come after. The feed's head is asked for only if the run is to write there. */
async function heads({ log }: StartDeps, caller: Principal, { newThread, namesThread }: Place, head: number) {
  if (newThread) return { acceptedAfterSeq: 0, feedAfterSeq: head };
  return { acceptedAfterSeq: head, feedAfterSeq: namesThread ? await log.head(userFeed(caller.userId)) : 0 };
}

/** A key stands for one request. Used for another one, it is a mistake of the caller that must not look like success. */
function assertSameRequest(request: StartRun, record: RunRecord, input: MessageInput | undefined): void {
  const same =
    input?.text === request.input?.text &&
    record.retryOf === request.retryOf &&
    (record.newThread
      ? request.threadId === undefined && request.agentId === record.agentId
      : request.threadId === record.threadId);
  if (same) return;
  throw new PlatformError('idempotency_mismatch', 'This clientRequestId was used before, for another request.');
}
