// What the tests of the use cases and of their handlers share: the platform in memory.

import { createMemoryAccess } from '#adapters/memory/memory-access.ts';
import { createMemoryApiKeys } from '#adapters/memory/memory-api-keys.ts';
import { createMemoryBlobStore } from '#adapters/memory/memory-blob-store.ts';
import { createMemoryBudgetStore } from '#adapters/memory/memory-budget-store.ts';
import { createMemoryConnectionStore } from '#adapters/memory/memory-connection-store.ts';
import { createMemoryCredentials } from '#adapters/memory/memory-credentials.ts';
import { createMemoryDirectory } from '#adapters/memory/memory-directory.ts';
import { createMemoryEventLog } from '#adapters/memory/memory-event-log.ts';
import { createMemoryJournal } from '#adapters/memory/memory-journal.ts';
import { createMemoryLogger, type LogLine } from '#adapters/memory/memory-logger.ts';
import { createMemoryMails } from '#adapters/memory/memory-mails.ts';
import { createMemoryMetrics } from '#adapters/memory/memory-metrics.ts';
import { createMemoryOwnProjects } from '#adapters/memory/memory-own-projects.ts';
import { createMemoryPurges } from '#adapters/memory/memory-purges.ts';
import { createMemoryRateLimiter } from '#adapters/memory/memory-rate-limiter.ts';
import { createMemoryRequestStore } from '#adapters/memory/memory-request-store.ts';
import { createMemoryRunQueue } from '#adapters/memory/memory-run-queue.ts';
import { createMemoryRunStore } from '#adapters/memory/memory-run-store.ts';
import { createMemorySocketGateway } from '#adapters/memory/memory-socket-gateway.ts';
import { createMemorySpendCounters } from '#adapters/memory/memory-spend-counters.ts';
import { createMemoryTeam } from '#adapters/memory/memory-team.ts';
import { createMemoryThreadOutbox } from '#adapters/memory/memory-thread-outbox.ts';
import { createMemoryToolGrantStore } from '#adapters/memory/memory-tool-grants.ts';
import { createMemoryUsageLedger } from '#adapters/memory/memory-usage-ledger.ts';
import { createMemoryWorkspaceStore } from '#adapters/memory/memory-workspace-store.ts';
import { createNewId } from '../domain/ids.ts';
import type { PersonPrincipal, Principal } from '../domain/principal.ts';
import { claim } from '../domain/run-lease.ts';
import { end, type Outcome, type RunRecord } from '../domain/run-record.ts';
import type { Wait } from '../domain/run-wait.ts';
import { unavailable } from '../errors.ts';
import { timestamp } from '../ports/clock.ts';
import type { StreamName } from '../ports/event-log.ts';
import { newUserId, sampleAgent } from '../ports/samples.contract.ts';
import type { AgentId, RunId, UserId, WorkspaceId } from '../protocol/ids.ts';
import { EventsPush } from '../protocol/socket.ts';
import type { Role } from '../protocol/workspace.ts';
import { createPublisher } from './publisher.ts';
import { createRateLimits } from './rate-limits.ts';
import { settleRun } from './settle-run.ts';
import { createSpendGuard } from './spend-guard.ts';
import { type StartRun, startRun } from './start-run.ts';
import { suspendRun } from './suspend-run.ts';

export const startMs = 1_800_000_000_000;

/** A part that can be cut off: the nth call from now on fails, before it does anything or when it has done it. */
export interface Breaker {
  cutAt(call: number, when: 'before' | 'after'): void;
  mend(): void;
}

function createBreaker(): Breaker & { guard<Port extends object>(port: Port): Port } {
  let calls = 0;
  let cut: { call: number; when: 'before' | 'after' } | undefined;
  return {
    cutAt(call, when) {
      calls = 0;
      cut = { call, when };
    },
    mend: () => {
      cut = undefined;
    },
    guard: (port) =>
      new Proxy(port, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          return async (...given: unknown[]) => {
            calls += 1;
            const isCut = cut?.call === calls;
            if (isCut && cut?.when === 'before') throw unavailable('A part', new Error(`cut before ${String(name)}`));
            const answer: unknown = await member.apply(target, given);
            if (isCut) throw unavailable('A part', new Error(`cut after ${String(name)}`));
            return answer;
          };
        },
      }),
  };
}

const plenty = { count: 1_000_000, seconds: 60 };
const generous = {
  requests: plenty,
  anonymousRequests: plenty,
  workspaceRequests: plenty,
  messages: plenty,
  anonymousMessages: plenty,
  runs: plenty,
  anonymousRuns: plenty,
  workspaceRuns: plenty,
};

/** The whole platform in memory: Olga's workspace with an agent, and Sven's with another. */
export function createWorld() {
  let nowMs = startMs;
  const now = () => nowMs;
  const newId = createNewId(now, (count) => crypto.getRandomValues(new Uint8Array(count)));
  const breaker = createBreaker();
  const lines: LogLine[] = [];
  const logger = createMemoryLogger(lines);
  const metrics = createMemoryMetrics();
  const sockets = createMemorySocketGateway();
  const workspaces = createMemoryWorkspaceStore({ now });
  const plainLog = createMemoryEventLog({ now });
  const log = breaker.guard(plainLog);
  const connections = createMemoryConnectionStore();
  const plainRuns = createMemoryRunStore();
  const plainQueue = createMemoryRunQueue({ now });

  const person = (
    name: string,
  ): PersonPrincipal & { workspaceId: ReturnType<typeof newId<'wsp'>>; agentId: AgentId } => {
    const userId = newUserId();
    const [workspaceId, agentId] = [newId('wsp'), newId('agt')];
    const createdAt = timestamp(startMs);
    workspaces.addUser(userId, name);
    workspaces.addWorkspace({ id: workspaceId, name, kind: 'personal', createdAt }, [{ userId, role: 'owner' }]);
    workspaces.addAgent(sampleAgent({ id: agentId, workspaceId, createdAt }));
    return {
      kind: 'person',
      userId,
      isAnonymous: false,
      email: null,
      issuedAtMs: startMs,
      expiresAtMs: startMs + 3_600_000,
      workspaceId,
      agentId,
    };
  };

  const journal = createMemoryJournal();
  const ledger = createMemoryUsageLedger(workspaces);
  const budgets = createMemoryBudgetStore({ now, newId, store: workspaces, ledger });
  const counters = createMemorySpendCounters();
  const minter = breaker.guard(createMemoryAccess());

  const roleOf = (workspaceId: WorkspaceId, userId: UserId): Role | undefined =>
    workspaces.tenants.workspaces.get(workspaceId)?.roles.get(userId);
  const toolGrants = createMemoryToolGrantStore(roleOf);
  const team = createMemoryTeam({ workspaces, now, toolGrants });
  const purges = createMemoryPurges();
  const post = createMemoryMails();
  const directory = createMemoryDirectory({ tenants: workspaces.tenants, now, newId });
  const apiKeys = createMemoryApiKeys({ tenants: workspaces.tenants, now });
  /** Whom the identity provider was told to sign out. */
  const signedOut: string[] = [];

  const meanwhile: (() => Promise<unknown>)[] = [];

  const deps = {
    log,
    runs: breaker.guard(plainRuns),
    queue: breaker.guard(plainQueue),
    connections,
    sockets,
    sessions: connections,
    ...team,
    directory,
    apiKeys,
    apiKeyVerifier: apiKeys,
    identityProvider: { signOutEverywhere: async ({ token }: { token: string }) => void signedOut.push(token) },
    newTicket: () => newId('itm').slice(0, 32).padEnd(32, 'x'),
    ...createMemoryCredentials({ tenants: workspaces.tenants, now }),
    ownProjects: createMemoryOwnProjects(),
    store: breaker.guard(workspaces),
    minter,
    ledger,
    budgets,
    counters,
    limits: createRateLimits({
      limiter: createMemoryRateLimiter({ now }),
      settings: generous,
      isMember: async ({ userId }, workspaceId) => roleOf(workspaceId, userId) !== undefined,
    }),
    spend: createSpendGuard({ counters, journal, ledger, budgets, minter, now }),
    publisher: createPublisher({ log, connections, sockets, logger, metrics, now }),
    toolGrants: breaker.guard(toolGrants),
    requests: createMemoryRequestStore(),
    mails: breaker.guard(post.mails),
    mailer: breaker.guard(post.mailer),
    webUrl: 'https://troupe.example.com',
    sendsMail: true,
    purges: breaker.guard(purges.purges),
    eraser: breaker.guard(purges.eraser),
    journal,
    blobs: createMemoryBlobStore(),
    threadOutbox: breaker.guard(createMemoryThreadOutbox()),
    /** Time passes, and what a test lets happen meanwhile. */
    pause: async (ms: number) => {
      nowMs += ms;
      await meanwhile.shift()?.();
    },
    newId,
    now,
    logger,
    metrics,
  };

  const olga = person('Olga');

  async function record(runId: RunId): Promise<RunRecord> {
    const found = await plainRuns.get(runId);
    if (!found) throw new Error('There is no such run.');
    return found;
  }

  return {
    deps,
    breaker,
    sockets,
    directory,
    signedOut,
    /** Notes a mail, and what was sent. */
    mail: post.add,
    sent: post.sent,
    purge: purges.purges.add,
    /** What was to be taken away, as it was asked for. */
    erased: purges.erased,
    lines,
    metrics,
    olga,
    /** Another agent in Olga's workspace. */
    hire(name: string): AgentId {
      const id = newId('agt');
      workspaces.addAgent(sampleAgent({ id, workspaceId: olga.workspaceId, name }));
      return id;
    },
    sven: person('Sven'),
    /** Somebody else in Olga's workspace. */
    colleague(role: Role): PersonPrincipal {
      const other = person(role);
      workspaces.tenants.workspaces.get(olga.workspaceId)?.roles.set(other.userId, role);
      return other;
    },
    /** An agent of a workspace. */
    agentIn(workspaceId: WorkspaceId): AgentId {
      const id = newId('agt');
      workspaces.addAgent(sampleAgent({ id, workspaceId }));
      return id;
    },
    /** They do not belong to their workspace any more. */
    leave: ({ userId, workspaceId }: { userId: UserId; workspaceId: WorkspaceId }) =>
      workspaces.removeMember(workspaceId, userId),
    meanwhile,
    record,
    pass: (ms: number) => {
      nowMs += ms;
    },
    events: async (stream: StreamName) => plainLog.read(stream, 0, 10_000),
    types: async (stream: StreamName) => (await plainLog.read(stream, 0, 10_000)).map(({ event }) => event.type),
    /** The runs that a worker is handed now. */
    queued: async () => (await plainQueue.receive(10, 0)).map(({ message }) => message.runId),
    /** What a connection was sent. */
    pushes: (connectionId: string) =>
      sockets.posts
        .filter((post) => post.connectionId === connectionId)
        .map(({ payload }) => EventsPush.parse(JSON.parse(payload))),
    start: (caller: Principal, request: Omit<StartRun, 'clientRequestId'> & { clientRequestId?: string }) =>
      startRun(deps, caller, { clientRequestId: crypto.randomUUID(), ...request }, 'request-1'),
    /** A worker works on the run until it can do nothing before these are answered. */
    async suspend(runId: RunId, ...waits: readonly Wait[]): Promise<void> {
      const claimed = await plainRuns.change(runId, (run) => claim(run, { owner: 'worker-1', nowMs, leaseMs: 20_000 }));
      if (claimed?.kind !== 'claimed') throw new Error(`The run is ${claimed?.kind}.`);
      const [received] = await plainQueue.receive(1, 0);
      await suspendRun(deps, claimed.record, waits);
      if (received) await plainQueue.delete(received.receipt);
    },
    claim: (runId: RunId) =>
      plainRuns.change(runId, (run) => claim(run, { owner: 'worker-1', nowMs, leaseMs: 20_000 })),
    async end(runId: RunId, outcome: Outcome): Promise<void> {
      const worker = { owner: 'worker-1', nowMs, leaseMs: 20_000 };
      if (outcome.status === 'completed') await plainRuns.change(runId, (run) => claim(run, worker));
      const ended = (await plainRuns.change(runId, (run) => end(run, outcome, nowMs)))?.record;
      if (ended) await settleRun(deps, ended);
    },
  };
}

export type World = ReturnType<typeof createWorld>;
