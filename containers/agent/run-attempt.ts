import { historyFor } from '#core/domain/history.ts';
import { resolveModel } from '#core/domain/model-id.ts';
import { finish, type Outcome, type RunRecord } from '#core/domain/run-record.ts';
import { PlatformError } from '#core/errors.ts';
import type { AgentRunner, AgentStep, AgentTask } from '#core/ports/agent-runner.ts';
import type { ItemId, RunId } from '#core/protocol/ids.ts';
import type { Usage } from '#core/protocol/run.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import type { Deps } from '#core/use-cases/deps.ts';
import { loadThread, threadStream } from '#core/use-cases/load-thread.ts';
import { settleRun } from '#core/use-cases/settle-run.ts';
import { type Append, createEventWriter } from './event-writer.ts';
import { retryUnavailable } from './retry.ts';
import { createStepEvents } from './step-events.ts';

export interface AttemptDeps extends Omit<Deps, 'queue' | 'connections'> {
  readonly runner: AgentRunner;
  readonly defaultModel: string;
}

/** Why an attempt is to stop before its end. */
export type StopReason = 'cancelled' | 'lost' | 'handover';

/** How many of a thread's newest items the model gets to read. */
const historyLimit = 200;
const maxTurns = 10;

/**
 * Works on a claimed run until its end is written down, or until `signal` aborts with a StopReason. `ended`: the run needs
 * nothing more. `left`: it is for another worker, and this one has written all that it will. Throws when a store fails for
 * good; the run then comes back through the queue.
 */
export async function attemptRun(deps: AttemptDeps, record: RunRecord, signal: AbortSignal): Promise<'ended' | 'left'> {
  const outcome = await work(deps, record, signal).catch((error: unknown) => afterFault(deps, error, signal));
  if (outcome === 'left') return 'left';
  const { runId, attempt } = record;
  const ended = await retryUnavailable(() =>
    deps.runs.change(runId, (current) => finish(current, attempt, outcome, deps.now())),
  );
  if (ended?.kind !== 'ended') return 'left';
  await retryUnavailable(() => settleRun(deps, ended.record));
  return 'ended';
}

/** A store that does not answer may answer the next worker. Anything else would go wrong again, and ask the model again: the run ends. */
function afterFault({ logger }: AttemptDeps, error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted || (error instanceof PlatformError && error.code === 'unavailable')) throw error;
  logger.error({ error }, 'an attempt failed for good');
  const message = 'Something went wrong on our side. It has been logged; you can try it again.';
  return { status: 'failed', error: { code: 'internal', message } };
}

async function work(deps: AttemptDeps, record: RunRecord, signal: AbortSignal): Promise<Outcome | 'left'> {
  const { runId, threadId, agentId, attempt } = record;
  const isLost = () => stopReason(signal) === 'lost';
  const access = await deps.minter.forUser(record);
  const load = () => retryUnavailable(() => loadThread(deps, access, threadId, historyLimit), isLost);
  const [first, agent] = await Promise.all([load(), retryUnavailable(() => deps.store.agent(access, agentId), isLost)]);
  if (!first) return threadMissing;
  if (!agent) return agentMissing;

  const append = appendTo(deps, record, isLost);
  const model = resolveModel(agent.model, deps.defaultModel);
  const task = (view: ThreadView): AgentTask => ({ agent, model, history: historyFor(view, runId), maxTurns, signal });
  const started = append([{ type: 'run.started', agentId, model }]);
  // The model is asked while this is on its way to the log; whatever the run writes comes behind it.
  if (attempt === 1) return converse(deps, record, { append, opened: started }, task(first.view));
  await started;
  // Only now, that nothing which an earlier attempt still writes counts any more, is all that it left there to be seen.
  const loaded = await load();
  if (!loaded) return threadMissing;
  const leftovers = leftoversOf(loaded.view, runId);
  const opened = leftovers.length > 0 ? append([{ type: 'turn.restarted', itemIds: leftovers }]) : started;
  return converse(deps, record, { append, opened }, task(loaded.view));
}

/** Writes the run's events under this attempt. A batch that may have landed is sent again under the same name. */
function appendTo(deps: AttemptDeps, { runId, threadId, attempt }: RunRecord, isLost: () => boolean): Append {
  let batches = 0;
  return (events) => {
    batches += 1;
    const batch = { batchId: `${runId}:${attempt}:${batches}`, runId, attempt, events };
    return retryUnavailable(() => deps.publisher.publish(threadStream(threadId), batch), isLost);
  };
}

/** A run that is begun again begins at its message: readers drop what the earlier attempt had said. */
const leftoversOf = (view: ThreadView, runId: RunId): ItemId[] =>
  view.items.flatMap((item) => (item.runId === runId && item.type !== 'user_message' ? [item.id] : []));

/** Lets the agent work, and writes what it does once `opened` has been written. */
async function converse(
  deps: AttemptDeps,
  record: RunRecord,
  { append, opened }: { append: Append; opened: Promise<unknown> },
  task: AgentTask,
): Promise<Outcome | 'left'> {
  const writer = createEventWriter(async (events) => {
    await opened;
    await append(events);
  }, deps.now);
  const eventOf = createStepEvents({
    runId: record.runId,
    agentId: record.agentId,
    newId: deps.newId,
    now: deps.now,
  });
  let usage: Usage | undefined;
  try {
    for await (const step of deps.runner.run(task)) {
      const stop = stopReason(task.signal);
      if (stop === 'lost') return 'left';
      if (step.type === 'ended') {
        if (stop === 'handover' && step.result.status === 'aborted') return 'left';
        await opened;
        await writer.flush();
        return outcomeOf(step.result, usage);
      }
      if (step.type === 'model_answered') usage = addUsage(usage, step.usage);
      const event = eventOf(step);
      if (event) writer.write(event);
    }
    throw new Error('an agent runner ended without saying how');
  } finally {
    await Promise.allSettled([opened, writer.close()]);
  }
}

const stopReason = ({ aborted, reason }: AbortSignal): StopReason | undefined => (aborted ? reason : undefined);

function outcomeOf(result: Extract<AgentStep, { type: 'ended' }>['result'], usage: Usage | undefined): Outcome {
  switch (result.status) {
    case 'completed':
      return { status: 'completed', usage: addUsage(usage, noUsage) };
    case 'failed':
      return { status: 'failed', error: result.error, ...(usage && { usage }) };
    case 'aborted':
      return { status: 'cancelled', ...(usage && { usage }) };
  }
}

const missing = (message: string): Outcome => ({ status: 'failed', error: { code: 'agent_missing', message } });
const threadMissing = missing('The thread of this run has been deleted.');
const agentMissing = missing('The agent of this thread is not there any more. Start a new thread with another one.');

const noUsage: Usage = { modelCalls: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 };

const addUsage = (a: Usage = noUsage, b: Usage): Usage => ({
  modelCalls: a.modelCalls + b.modelCalls,
  inputTokens: a.inputTokens + b.inputTokens,
  cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  reasoningTokens: a.reasoningTokens + b.reasoningTokens,
});
