import { consumeSteers } from '#core/domain/run-steering.ts';
import type { AgentTask } from '#core/ports/agent-runner.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { RunContext } from '#core/ports/tool.ts';
import type { ItemId, RunId } from '#core/protocol/ids.ts';
import type { Deps } from '#core/use-cases/deps.ts';
import type { HeldRun } from './live-runs.ts';
import { retryUnavailable } from './retry.ts';
import type { AttemptJournal } from './run-journal.ts';
import { answerIn } from './waits.ts';

type TaskDeps = Pick<Deps, 'runs'>;

/** For whom the run works; the same object for all of an attempt. */
export function contextOf(
  { minter, now }: Pick<Deps, 'minter' | 'now'>,
  run: Omit<RunContext, 'access'>,
  access: Promise<DataAccess>,
): RunContext {
  const { runId, threadId, workspaceId, userId, isAnonymous, requestId, attempt } = run;
  let lastAccess = { access, atMs: now() };
  return {
    workspaceId,
    userId,
    isAnonymous,
    runId,
    threadId,
    requestId,
    attempt,
    async access() {
      const atMs = now();
      if (atMs - lastAccess.atMs > accessGoodForMs) {
        const renewed = await minter.forUser(run);
        lastAccess = { access: Promise.resolve(renewed), atMs };
      }
      return lastAccess.access;
    },
  };
}

/** What the run at hand gives its agent runner. */
export function taskOf(
  { runs }: Pick<TaskDeps, 'runs'>,
  run: HeldRun,
  {
    prepared,
    journal,
    history,
    context,
  }: Pick<AgentTask, 'prepared' | 'history' | 'context'> & { readonly journal: AttemptJournal },
): AgentTask & { readonly rootRunId: RunId } {
  const { runId, attempt } = run.record;
  const read = (): Set<ItemId> =>
    new Set(
      journal.entries.flatMap((entry) => (entry.type === 'steered' ? entry.messages.map(({ itemId }) => itemId) : [])),
    );
  return {
    prepared,
    history,
    rootRunId: journal.rootRunId,
    journal: {
      model: journal.model,
      asks: journal.asks,
      hasAsked: journal.hasAsked,
      tool: journal.tool,
      steered: journal.steered,
      get used() {
        return journal.used;
      },
      async append(entry) {
        await journal.append(entry);
        if (entry.type !== 'steered') return;
        const itemIds = entry.messages.map(({ itemId }) => itemId);
        await retryUnavailable(() => runs.change(runId, (current) => consumeSteers(current, attempt, itemIds)));
      },
    },
    context,
    answerTo: (kind, callId) => answerIn(run.record, kind, callId),
    isGranted: (agentId, tool) =>
      run.current().grants.some((grant) => grant.agentId === agentId && grant.tool === tool) ||
      (prepared.agents.find(({ id }) => id === agentId)?.granted.includes(tool) ?? false),
    steers() {
      const known = read();
      return run
        .current()
        .steered.flatMap(({ consumed, itemId, text }) => (consumed || known.has(itemId) ? [] : [{ itemId, text }]));
    },
    lookAgain: () => retryUnavailable(run.refresh, () => run.stopReason() === 'lost'),
    isDraining: run.isDraining,
    signal: run.signal,
  };
}

/** Well below the 15 minutes that an access is good for. */
const accessGoodForMs = 5 * 60_000;

/** What the journal says was read is off the record too, also when a worker died in between. */
export async function consumeRead({ runs }: TaskDeps, { record }: HeldRun, { entries }: AttemptJournal): Promise<void> {
  const unread = new Set(record.steered.flatMap(({ consumed, itemId }) => (consumed ? [] : [itemId])));
  const read = entries
    .flatMap((entry) => (entry.type === 'steered' ? entry.messages.map(({ itemId }) => itemId) : []))
    .filter((itemId) => unread.has(itemId));
  if (read.length === 0) return;
  await retryUnavailable(() => runs.change(record.runId, (current) => consumeSteers(current, record.attempt, read)));
}
