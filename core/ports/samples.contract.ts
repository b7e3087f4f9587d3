import { createNewId } from '../domain/ids.ts';
import { createJournalIndex, type JournalEntry, type Prepared, type PreparedAgent } from '../domain/journal.ts';
import { modelCallsIn, usageOf } from '../domain/paid-calls.ts';
import { newRunRecord, type RunRecord } from '../domain/run-record.ts';
import type { Wait } from '../domain/run-wait.ts';
import { type Agent, agentDefaults, defaultRunLimits } from '../protocol/agent.ts';
import type { Event } from '../protocol/event.ts';
import { type RunId, UserId } from '../protocol/ids.ts';
import type { Thread } from '../protocol/thread.ts';
import type { AgentTask, RunJournal } from './agent-runner.ts';
import type { StreamName } from './event-log.ts';
import type { RunMessage } from './run-queue.ts';
import type { ToolContext } from './tool.ts';

/** Data for the contract suites; no two are alike, so that suites can share one store. */
export const newId = createNewId(Date.now, (count) => crypto.getRandomValues(new Uint8Array(count)));
export const newUserId = (): UserId => UserId.parse(crypto.randomUUID());
export const newStream = (): StreamName => `thread:${newId('thr')}`;

export const notice = (message: string): Event => ({ type: 'notice', level: 'info', message });

/** The environment of a process that connects to nothing. */
export const sampleEnv = {
  LOG_TABLE: 'log',
  RUNS_TABLE: 'runs',
  CONNECTIONS_TABLE: 'connections',
  COUNTERS_TABLE: 'counters',
  JOURNAL_TABLE: 'journal',
  BLOBS_BUCKET: 'blobs',
  RUN_QUEUE_URL: 'http://127.0.0.1:9/000000000000/troupe-runs.fifo',
  SOCKET_ENDPOINT: 'http://127.0.0.1:9/socket',
  SUPABASE_URL: 'http://127.0.0.1:9',
  SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_1',
  SUPABASE_JWT_SECRET: 'a secret of thirty-two characters',
};

const sampleTime = '2026-11-21T09:00:00.000Z';

/** An agent with nothing to its name but that. */
export const sampleAgent = (fields: Pick<Agent, 'workspaceId'> & Partial<Agent>): Agent => ({
  id: newId('agt'),
  name: 'Ada',
  description: '',
  instructions: '',
  model: 'default',
  tools: [],
  ...agentDefaults,
  createdAt: sampleTime,
  ...fields,
});

export const sampleThread = (fields: Pick<Thread, 'workspaceId' | 'agentId'> & Partial<Thread>): Thread => ({
  id: newId('thr'),
  title: null,
  status: 'active',
  createdAt: sampleTime,
  updatedAt: sampleTime,
  ...fields,
});

export const sampleRecord = (fields: Partial<Parameters<typeof newRunRecord>[0]> = {}): RunRecord =>
  newRunRecord({
    runId: newId('run'),
    threadId: newId('thr'),
    workspaceId: newId('wsp'),
    userId: newUserId(),
    isAnonymous: false,
    agentId: newId('agt'),
    clientRequestId: crypto.randomUUID(),
    inputItemId: newId('itm'),
    requestId: 'request-1',
    createdAtMs: 1_800_000_000_000,
    newThread: true,
    acceptedAfterSeq: 0,
    feedAfterSeq: 0,
    ...fields,
  });

export const sampleWait = (fields: Partial<Wait> = {}): Wait => ({
  id: newId('apr'),
  kind: 'tool_call',
  callId: newId('itm'),
  itemId: newId('itm'),
  agentId: newId('agt'),
  ...(fields.kind !== 'budget' && { call: { itemId: newId('itm'), name: 'send', arguments: '{}' } }),
  message: 'May it be done?',
  decider: 'requester_or_admin',
  requestedAtMs: 1_800_000_000_000,
  expiresAtMs: 1_900_000_000_000,
  ...fields,
});

export const sampleMessage = (fields: Partial<RunMessage> = {}): RunMessage => ({
  version: 1,
  runId: newId('run'),
  threadId: newId('thr'),
  workspaceId: newId('wsp'),
  requestId: 'request-1',
  ...fields,
});

export const samplePreparedAgent = (fields: Partial<PreparedAgent> = {}): PreparedAgent => ({
  id: newId('agt'),
  version: 1,
  name: 'Ada',
  description: '',
  instructions: 'Be brief.',
  model: 'demo/scripted',
  settings: {},
  tools: [],
  handoffs: [],
  delegates: [],
  limits: defaultRunLimits,
  granted: [],
  ...fields,
});

/** A run of the first of these agents. */
export const samplePrepared = (...agents: [PreparedAgent, ...PreparedAgent[]]): Prepared => ({
  agentId: agents[0].id,
  agents,
  history: { firstItemId: null, lastItemId: null, count: 0, hash: '' },
  at: '2026-11-21T09:00:00.000Z',
});

/** A run's journal in memory, beginning with `entries`; what is added is added there too, unless `refuse` says that it is not. */
export function sampleRunJournal(
  entries: JournalEntry[] = [],
  refuse: (entry: JournalEntry) => void = () => {},
): RunJournal {
  const index = createJournalIndex(entries);
  return {
    model: index.model,
    asks: index.asks,
    hasAsked: index.hasAsked,
    tool: index.tool,
    steered: index.steered,
    get used() {
      return usageOf(modelCallsIn(entries));
    },
    async append(entry) {
      refuse(entry);
      const stored = structuredClone(entry);
      entries.push(stored);
      index.add(stored);
    },
  };
}

export const sampleToolContext = (): ToolContext => ({
  workspaceId: newId('wsp'),
  userId: newUserId(),
  isAnonymous: false,
  runId: newId('run'),
  threadId: newId('thr'),
  requestId: 'request-1',
  attempt: 1,
  agentId: newId('agt'),
  callId: 'call-1',
  access: () => Promise.reject(new Error('nobody is to ask')),
  signal: new AbortController().signal,
});

/** What a run that nobody has answered or interrupted gives its runner. */
export const sampleTaskParts = (prepared: Prepared, runId: RunId): Omit<AgentTask, 'history' | 'signal'> => ({
  prepared,
  journal: sampleRunJournal(),
  context: {
    workspaceId: newId('wsp'),
    userId: newUserId(),
    isAnonymous: false,
    runId,
    threadId: newId('thr'),
    requestId: 'request-1',
    attempt: 1,
    access: () => Promise.reject(new Error('nobody is to ask')),
  },
  answerTo: () => undefined,
  isGranted: () => false,
  steers: () => [],
  lookAgain: async () => {},
  isDraining: () => false,
});
