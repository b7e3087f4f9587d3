// What the tests of this folder share: the platform in memory, on a clock that they move, with agents that follow a script.

import * as z from 'zod';
import { createMemoryAccess } from '#adapters/memory/memory-access.ts';
import { createMemoryBlobStore } from '#adapters/memory/memory-blob-store.ts';
import { createMemoryBudgetStore } from '#adapters/memory/memory-budget-store.ts';
import { createMemoryConnectionStore } from '#adapters/memory/memory-connection-store.ts';
import { createMemoryEventLog } from '#adapters/memory/memory-event-log.ts';
import { createMemoryJournal } from '#adapters/memory/memory-journal.ts';
import { createMemoryLogger, type LogLine } from '#adapters/memory/memory-logger.ts';
import { createMemoryMetrics } from '#adapters/memory/memory-metrics.ts';
import { createMemoryRunQueue } from '#adapters/memory/memory-run-queue.ts';
import { createMemoryRunStore } from '#adapters/memory/memory-run-store.ts';
import { createMemorySocketGateway } from '#adapters/memory/memory-socket-gateway.ts';
import { createMemorySpendCounters } from '#adapters/memory/memory-spend-counters.ts';
import { createMemoryTeam } from '#adapters/memory/memory-team.ts';
import { createMemoryToolGrantStore } from '#adapters/memory/memory-tool-grants.ts';
import { createMemoryUsageLedger } from '#adapters/memory/memory-usage-ledger.ts';
import { createMemoryWorkspaceStore } from '#adapters/memory/memory-workspace-store.ts';
import type { JournalEntry } from '#core/domain/journal.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import type { AgentStep, AgentTask } from '#core/ports/agent-runner.ts';
import type { AgentStore } from '#core/ports/agent-store.ts';
import type { EventLog } from '#core/ports/event-log.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { RunQueue } from '#core/ports/run-queue.ts';
import type { RunStore } from '#core/ports/run-store.ts';
import { newId, newUserId, sampleAgent } from '#core/ports/samples.contract.ts';
import type { ServerTool, Tool } from '#core/ports/tool.ts';
import type { WorkspaceStore } from '#core/ports/workspace-store.ts';
import type { Agent } from '#core/protocol/agent.ts';
import type { AgentId, RunId, ThreadId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import { loadThread, threadStream } from '#core/use-cases/load-thread.ts';
import { createPublisher } from '#core/use-cases/publisher.ts';
import { createSpendGuard } from '#core/use-cases/spend-guard.ts';
import { startRun } from '#core/use-cases/start-run.ts';
import type { HeldRun } from './live-runs.ts';

/** Parts that a test puts between the worker and the stores. */
interface Between {
  log?: (log: EventLog) => EventLog;
  runs?: (runs: RunStore) => RunStore;
  queue?: (queue: RunQueue) => RunQueue;
  store?: (store: WorkspaceStore) => WorkspaceStore;
  agents?: (agents: AgentStore) => AgentStore;
  journal?: (journal: Journal) => Journal;
  tools?: readonly Tool[];
  /** What the agent has that is not as usual. */
  agent?: Partial<Agent>;
  /** Whose world it is, when that is not for chance to say. */
  ids?: { readonly userId: UserId; readonly workspaceId: WorkspaceId; readonly agentId: AgentId };
}

const at = '2026-11-21T09:00:00.000Z';

/** A workspace with one person and one agent, and the platform around them. */
export function createWorld(between: Between = {}) {
  let nowMs = Date.parse(at);
  const now = () => nowMs;
  const identity = <Part>(part: Part) => part;

  const plainStore = createMemoryWorkspaceStore({ now });
  const log = (between.log ?? identity)(createMemoryEventLog({ now }));
  const runs = (between.runs ?? identity)(createMemoryRunStore());
  const queue = (between.queue ?? identity)(createMemoryRunQueue({ now }));
  const store = (between.store ?? identity<WorkspaceStore>)(plainStore);
  const connections = createMemoryConnectionStore();
  const lines: LogLine[] = [];
  const logger = createMemoryLogger(lines);
  const metrics = createMemoryMetrics();
  const sockets = createMemorySocketGateway();
  const publisher = createPublisher({ log, connections, sockets, logger, metrics, now });
  const minter = createMemoryAccess();
  const journal = (between.journal ?? identity)(createMemoryJournal());
  const ledger = createMemoryUsageLedger(plainStore);
  const budgets = createMemoryBudgetStore({ now, newId, store: plainStore, ledger });
  const counters = createMemorySpendCounters();
  const spend = createSpendGuard({ counters, journal, ledger, budgets, minter, now });
  const deps = {
    log,
    runs,
    queue,
    store,
    minter,
    publisher,
    spend,
    newId,
    now,
    logger,
    metrics,
    defaultModel: 'demo/scripted',
  };
  const toolGrants = createMemoryToolGrantStore(() => 'owner');
  const parts = {
    journal,
    blobs: createMemoryBlobStore(),
    tools: between.tools ?? [],
    owner: 'worker-1',
    agents: (between.agents ?? identity<AgentStore>)(
      createMemoryTeam({ workspaces: plainStore, now, toolGrants }).agents,
    ),
    toolGrants,
    ledger,
    budgets,
    counters,
  };

  const { userId, workspaceId, agentId } = between.ids ?? {
    userId: newUserId(),
    workspaceId: newId('wsp'),
    agentId: newId('agt'),
  };
  plainStore.addUser(userId, 'Olga');
  plainStore.addWorkspace({ id: workspaceId, name: 'Ours', kind: 'company', createdAt: at }, [
    { userId, role: 'owner' },
  ]);
  plainStore.addAgent(sampleAgent({ id: agentId, workspaceId, ...between.agent }));

  const caller = {
    kind: 'person' as const,
    userId,
    isAnonymous: false,
    email: null,
    issuedAtMs: 0,
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
  const viewOf = async (threadId: ThreadId) => {
    const loaded = await loadThread(deps, await minter.forUser(caller), threadId, 200);
    if (!loaded) throw new Error('there is no such thread');
    return loaded.view;
  };

  return {
    ...deps,
    ...parts,
    lines,
    workspaceId,
    agentId,
    userId,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** Another agent in the workspace. */
    hire(name: string) {
      const id = newId('agt');
      plainStore.addAgent(sampleAgent({ id, workspaceId, ...between.agent, name }));
      return id;
    },
    caller,
    leave: () => plainStore.removeMember(workspaceId, userId),
    viewOf,
    access: () => minter.forUser(caller),
    /** Sends a message, to a new thread unless one is given, where it may name who is to answer. */
    send: (text: string, threadId?: ThreadId, chosen?: AgentId) =>
      startRun(
        deps,
        caller,
        {
          ...(threadId ? { threadId, agentId: chosen } : { agentId }),
          input: { text },
          clientRequestId: crypto.randomUUID(),
        },
        'request-1',
      ),
    retry: (retryOf: RunId, threadId: ThreadId) =>
      startRun(deps, caller, { threadId, retryOf, clientRequestId: crypto.randomUUID() }, 'request-2'),
    async record(runId: RunId): Promise<RunRecord> {
      const record = await runs.get(runId);
      if (!record) throw new Error('there is no such run');
      return record;
    },
    /** The types of all events of a thread; what each run wrote last, and how often it ended. */
    async eventTypes(threadId: ThreadId): Promise<string[]> {
      return (await log.read(threadStream(threadId), 0, 10_000)).map(({ event }) => event.type);
    },
    /** What people and agents say in the thread. */
    async texts(threadId: ThreadId): Promise<string[]> {
      return (await viewOf(threadId)).items.flatMap((item) => ('text' in item ? [item.text] : []));
    },
  };
}

export type World = ReturnType<typeof createWorld>;
export type Script = (task: AgentTask) => AsyncIterable<AgentStep>;

export const usage = { modelCalls: 1, inputTokens: 10, cachedInputTokens: 4, outputTokens: 5, reasoningTokens: 2 };

const begins = ({ prepared: { agentId } }: AgentTask, key: string) =>
  ({ type: 'message_started', key, agentId }) as const;

/** A model's answer as the journal keeps it: this text, and nothing else. */
export const answered = ({ prepared: { agentId } }: AgentTask, text: string, turn = 1): JournalEntry => ({
  type: 'model',
  scope: '',
  turn,
  requestHash: '',
  agentId,
  model: 'demo/scripted',
  response: { output: [], usage },
  said: [{ type: 'message', text }],
  at,
});

/** Says a text and is done. */
export const says = (text: string): Script =>
  async function* (task) {
    yield begins(task, '1:0');
    yield { type: 'text', key: '1:0', text };
    yield { type: 'text_ended', key: '1:0' };
    await task.journal.append(answered(task, text));
    yield { type: 'model_answered', usage };
    yield { type: 'ended', result: { status: 'completed' } };
  };

/** Says a text, and would go on if it were not stopped. */
export const saysUntilStopped = (text: string): Script =>
  async function* (task) {
    const { signal } = task;
    yield begins(task, '1:0');
    yield { type: 'text', key: '1:0', text };
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    yield { type: 'ended', result: { status: 'aborted' } };
  };

/** Says a text and then fails. */
export const failsAfter = (text: string): Script =>
  async function* (task) {
    yield begins(task, '1:0');
    yield { type: 'text', key: '1:0', text };
    const error = { code: 'model_stream_cut' as const, message: 'It broke off.' };
    yield { type: 'ended', result: { status: 'failed', error } };
  };

/** A claimed run as an attempt sees it, without a worker that watches over it. */
export function heldRun(world: World, record: RunRecord, controller = new AbortController()): HeldRun {
  let current = record;
  const { signal } = controller;
  return {
    record,
    current: () => current,
    async refresh() {
      current = await world.record(record.runId);
    },
    signal,
    stopReason: () => (signal.aborted ? signal.reason : undefined),
    isHeld: () => true,
    isDraining: () => false,
    limitSeconds: () => {},
    reportProgress: () => {},
    progress: () => ({}),
    limitReached: () => ({ type: 'limit.reached', limit: 'wall_time', used: 5, max: 5 }),
    nowMs: world.now,
  };
}

/** A tool that looks, and does something else on the way. */
export const lookTool = (onTheWay: () => Promise<void> = async () => {}): ServerTool => ({
  kind: 'server',
  name: 'look',
  description: 'look',
  parameters: z.object({}),
  idempotent: true,
  async execute() {
    await onTheWay();
    return 'seen';
  },
});
