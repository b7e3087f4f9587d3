import type { Principal } from '../domain/principal.ts';
import { newRunRecord, type RunRecord } from '../domain/run-record.ts';
import { notFound, PlatformError, toErrorBody } from '../errors.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { AgentId, RunId, ThreadId, WorkspaceId } from '../protocol/ids.ts';
import type { MessageInput, RunAccepted } from '../protocol/socket.ts';
import { acceptRun } from './accept-run.ts';
import type { Deps } from './deps.ts';
import { threadStream, userFeed } from './load-thread.ts';
import { placeRun } from './place-run.ts';

export interface StartRun {
  readonly threadId?: ThreadId | undefined;
  /** For a new thread, or instead of who has the conversation of one that exists. */
  readonly agentId?: AgentId | undefined;
  readonly input?: MessageInput | undefined;
  readonly retryOf?: RunId | undefined;
  readonly regenerate?: RunId | undefined;
  readonly replaces?: RunId | undefined;
  readonly after?: RunId | undefined;
  readonly delivery?: 'queue' | 'steer' | undefined;
  readonly clientRequestId: RunRecord['clientRequestId'];
}

type StartDeps = Omit<Deps, 'connections'>;

/**
 * Accepts a message to an agent, a new try at a failed run, a new answer or an edited message: authorised, recorded, in the
 * log and in the queue when it resolves. The same clientRequestId again has the same answer and starts nothing, also when
 * the first request was cut off anywhere.
 * `admit` may refuse it before anything is written. It is asked while the place is looked for, and given that place's workspace; a
 * place that is not there goes before its refusal.
 * Errors: `not_found`, `conflict` for a thread that is not active or a run with which this cannot be done now, `idempotency_mismatch`.
 */
export async function startRun(
  deps: StartDeps,
  caller: Principal,
  request: StartRun,
  requestId: string,
  admit: Admit = async () => {},
): Promise<RunAccepted> {
  const { metrics, now } = deps;
  const startedAtMs = now();
  try {
    const run = await start(deps, caller, request, requestId, admit);
    metrics.record('AcceptMs', now() - startedAtMs);
    return run;
  } catch (error) {
    metrics.record('RunsRefused', 1, { Reason: toErrorBody(error).code });
    throw error;
  }
}

type Admit = (workspaceId: Promise<WorkspaceId>) => Promise<void>;

async function start(
  deps: StartDeps,
  caller: Principal,
  request: StartRun,
  requestId: string,
  admit: Admit,
): Promise<RunAccepted> {
  if ([request.input, request.retryOf, request.regenerate].filter((given) => given !== undefined).length !== 1) {
    throw new PlatformError('invalid_request', 'Give exactly one of input, retryOf and regenerate.', {
      details: [{ path: 'input', message: 'give exactly one of input, retryOf and regenerate' }],
    });
  }
  if (request.threadId && request.agentId && (request.retryOf || request.delivery === 'steer')) {
    const message = 'goes to the agent that has the run';
    throw new PlatformError(
      'invalid_request',
      'What is tried again, or put into a run, goes to the agent of that run.',
      {
        details: [{ path: 'agentId', message }],
      },
    );
  }
  const access = await deps.minter.forUser(caller);
  const found = findPlace(deps, access, request);
  const workspaceId = found.then((place) => place.workspaceId);
  const admitted = admit(workspaceId);
  // Both are told below: a place that is not there, and then a refusal.
  for (const early of [workspaceId, admitted]) early.catch(() => {});
  const [place, head] = await Promise.all([
    found,
    // Known to belong to the caller only when the place is found; nobody hears of it before.
    deps.log.head(request.threadId ? threadStream(request.threadId) : userFeed(caller.userId)),
  ]);
  await admitted;
  const { steered, ...run } = await placeRun(deps, access, place.threadId, request);
  const fields = {
    ...place,
    ...run,
    runId: deps.newId('run'),
    userId: caller.userId,
    isAnonymous: caller.isAnonymous,
    clientRequestId: request.clientRequestId,
    requestId,
    createdAtMs: deps.now(),
    ...(await heads(deps, caller, place, head)),
  };
  const { record, input, created } = await deps.runs.create(newRunRecord(fields, steered), request.input);
  if (!created) assertSameRequest(request, record, input);
  const isHalfway = record.status === 'queued' && !record.enqueued;
  return accepted(isHalfway ? await acceptRun(deps, record, input) : record);
}

/** A message that another run has taken belongs to that one. */
const accepted = ({ runId, threadId, inputItemId, status, steers }: RunRecord): RunAccepted => ({
  runId: steers && status === 'completed' ? steers : runId,
  threadId,
  inputItemId,
});

type Place = Pick<RunRecord, 'threadId' | 'workspaceId' | 'agentId' | 'agentChosen' | 'newThread' | 'namesThread'>;

async function findPlace(deps: StartDeps, access: DataAccess, { threadId, agentId }: StartRun): Promise<Place> {
  if (threadId) {
    const thread = await deps.store.thread(access, threadId);
    if (!thread) throw notFound('thread', threadId);
    if (thread.status !== 'active') throw new PlatformError('conflict', `The thread is ${thread.status}.`);
    const { workspaceId } = thread;
    const chosen = agentId === undefined ? undefined : await deps.store.agent(access, agentId);
    if (agentId !== undefined && chosen?.workspaceId !== workspaceId) throw notFound('agent', agentId);
    const namesThread = thread.title === null;
    const who = chosen ? { agentId: chosen.id, agentChosen: true } : { agentId: thread.agentId };
    return { threadId, workspaceId, ...who, newThread: false, namesThread };
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
    record.regenerates === request.regenerate &&
    record.replaces === request.replaces &&
    (request.after === undefined || record.parentRunId === request.after) &&
    (record.newThread
      ? request.threadId === undefined && request.agentId === record.agentId
      : request.threadId === record.threadId && isSameChoice(request, record));
  if (same) return;
  throw new PlatformError('idempotency_mismatch', 'This clientRequestId was used before, for another request.');
}

/** What is answered anew, or tried again, keeps the agent that was chosen for it, without being told so. */
const isSameChoice = ({ agentId, regenerate, replaces, retryOf }: StartRun, record: RunRecord): boolean =>
  record.agentChosen
    ? agentId === record.agentId || (agentId === undefined && (regenerate ?? replaces ?? retryOf) !== undefined)
    : agentId === undefined;
