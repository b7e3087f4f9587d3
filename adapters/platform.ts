import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createNewId } from '#core/domain/ids.ts';
import type { ApiEnv, DeadLettersEnv } from '#core/env.ts';
import type { ApiKeyStore, ApiKeyVerifier } from '#core/ports/api-key-store.ts';
import type { BlobStore } from '#core/ports/blob-store.ts';
import type { TicketStore } from '#core/ports/connection-store.ts';
import type { Directory } from '#core/ports/directory.ts';
import type { Eraser } from '#core/ports/eraser.ts';
import type { TokenVerifier } from '#core/ports/identity.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { MailList } from '#core/ports/mail-list.ts';
import type { OwnProjectStore } from '#core/ports/own-project-store.ts';
import type { PurgeList } from '#core/ports/purge-list.ts';
import type { RequestStore } from '#core/ports/request-store.ts';
import type { IdentityProvider, SessionStore } from '#core/ports/session-store.ts';
import type { SocketGateway } from '#core/ports/socket-gateway.ts';
import type { ThreadOutbox } from '#core/ports/thread-outbox.ts';
import type { ToolGrantStore } from '#core/ports/tool-grant-store.ts';
import type { Tracer } from '#core/ports/tracer.ts';
import type { Memory } from '#core/use-cases/audience.ts';
import type { Deps, Spending, Team } from '#core/use-cases/deps.ts';
import { createKnownMembers } from '#core/use-cases/known-members.ts';
import { createPublisher } from '#core/use-cases/publisher.ts';
import { createRateLimits, type RateLimits, type RateSettings } from '#core/use-cases/rate-limits.ts';
import { createApiGatewaySockets } from './aws/api-gateway-sockets.ts';
import { createAwsEraser } from './aws/aws-eraser.ts';
import { createAwsClients } from './aws/clients.ts';
import { createDynamoConnectionStore } from './aws/dynamo-connection-store.ts';
import { createDynamoEventLog } from './aws/dynamo-event-log.ts';
import { createDynamoJournal } from './aws/dynamo-journal.ts';
import { createDynamoRateLimiter } from './aws/dynamo-rate-limiter.ts';
import { createDynamoRequestStore } from './aws/dynamo-request-store.ts';
import { createDynamoRunStore } from './aws/dynamo-run-store.ts';
import { createDynamoThreadOutbox } from './aws/dynamo-thread-outbox.ts';
import { createS3BlobStore } from './aws/s3-blob-store.ts';
import { createSqsRunQueue } from './aws/sqs-run-queue.ts';
import { createProjectParts } from './own-projects.ts';
import { createSpending } from './spending.ts';
import { createSupabaseAccessMinter } from './supabase/access-minter.ts';
import { createSupabaseIdentityProvider } from './supabase/identity-provider.ts';
import { createSupabaseApiKeyStore, createSupabaseApiKeyVerifier } from './supabase/supabase-api-keys.ts';
import { createSupabaseDirectory } from './supabase/supabase-directory.ts';
import { createSupabaseMails } from './supabase/supabase-mails.ts';
import { createSupabasePurges } from './supabase/supabase-purges.ts';
import { createSupabaseTeam } from './supabase/supabase-team.ts';
import { createSupabaseToolGrantStore } from './supabase/supabase-tool-grants.ts';
import { createSupabaseWorkspaceStore } from './supabase/supabase-workspace-store.ts';
import { createSupabaseTokenVerifier } from './supabase/token-verifier.ts';
import { createEmfMetrics } from './system/emf-metrics.ts';
import { measuredJournal, measuredLimiter, measuredLog, measuredSpend } from './system/measured.ts';
import { createOtelTracer } from './system/otel-tracer.ts';
import { traced, tracedQueue } from './system/traced.ts';

/** Everything that the platform's processes work with: AWS and Supabase behind the ports of core. */
export interface Platform extends Deps, Spending, Team {
  readonly journal: Journal;
  readonly blobs: BlobStore;
  readonly toolGrants: ToolGrantStore;
  readonly ownProjects: OwnProjectStore;
  readonly threadOutbox: ThreadOutbox;
  readonly requests: RequestStore;
  readonly eraser: Eraser;
  readonly purges: PurgeList;
  readonly mails: MailList;
  readonly pause: (ms: number) => Promise<void>;
  readonly tickets: TicketStore;
  readonly verifier: TokenVerifier;
  readonly apiKeyVerifier: ApiKeyVerifier;
  readonly sessions: SessionStore;
  readonly identityProvider: IdentityProvider;
  readonly directory: Directory;
  readonly apiKeys: ApiKeyStore;
  readonly sockets: SocketGateway;
  readonly tracer: Tracer;
  readonly newTicket: () => string;
  readonly limits: RateLimits;
  readonly version: string;
  /** Names this process in what it writes. */
  readonly processId: string;
}

/**
 * Builds the platform's parts from a process's environment. One per process: the clients keep their connections. A process
 * that lives on may remember for a while who listens.
 */
export function createPlatform(env: ApiEnv, logger: Logger, memory?: Memory, tracer = createOtelTracer()): Platform {
  return {
    ...createPlatformWithoutQueue(env, logger, memory, tracer),
    queue: tracedQueue(tracer, createQueue(env, logger)),
  };
}

function createQueue({ RUN_QUEUE_URL }: ApiEnv, logger: Logger): Deps['queue'] {
  return createSqsRunQueue({ client: createAwsClients({}).sqs, queueUrl: RUN_QUEUE_URL, logger });
}

/** The same for a process that only reads dead letters, and so knows no queue to send to. */
export function createPlatformWithoutQueue(
  env: DeadLettersEnv,
  logger: Logger,
  memory?: Memory,
  tracer = createOtelTracer(),
): Omit<Platform, 'queue'> {
  const now = Date.now;
  const clients = createAwsClients({ socketEndpoint: env.SOCKET_ENDPOINT });
  const project = {
    url: env.SUPABASE_URL,
    publishableKey: env.SUPABASE_PUBLISHABLE_KEY,
    jwtSecret: env.SUPABASE_JWT_SECRET,
  };
  const minter = createSupabaseAccessMinter(project, now);
  const { projects, ownProjects } = createProjectParts(env, project);
  const metrics = createEmfMetrics(logger, env.STAGE, now);
  const measuring = { metrics, now };
  const onConflict = () => metrics.record('AppendConflicts', 1);
  const dynamoLog = createDynamoEventLog({ client: clients.dynamo, table: env.LOG_TABLE, now, onConflict });
  const log = traced(tracer, 'log', measuredLog(measuring, dynamoLog), ['append', 'read']);
  const directory = createSupabaseDirectory(project, projects, now);
  const blobs = createS3BlobStore({ client: clients.s3, bucket: env.BLOBS_BUCKET });
  const journal = createDynamoJournal({ client: clients.dynamo, table: env.JOURNAL_TABLE, blobs, now });
  const connections = createDynamoConnectionStore({ client: clients.dynamo, table: env.CONNECTIONS_TABLE, now });
  const sockets = traced(tracer, 'sockets', createApiGatewaySockets({ client: clients.sockets }), ['post']);
  const spending = createSpending({ dynamo: clients.dynamo, table: env.COUNTERS_TABLE, project, journal, minter, now });
  return {
    log,
    journal: traced(tracer, 'journal', measuredJournal(measuring, journal), ['read', 'put']),
    blobs,
    ownProjects,
    toolGrants: createSupabaseToolGrantStore(project),
    threadOutbox: createDynamoThreadOutbox({ client: clients.dynamo, table: env.RUNS_TABLE, now }),
    requests: createDynamoRequestStore({ client: clients.dynamo, table: env.RUNS_TABLE, now }),
    eraser: createAwsEraser({
      ...clients,
      bucket: env.BLOBS_BUCKET,
      tables: { log: env.LOG_TABLE, runs: env.RUNS_TABLE, journal: env.JOURNAL_TABLE, counters: env.COUNTERS_TABLE },
    }),
    purges: createSupabasePurges(project, () => minter.forSystem('purges')),
    mails: createSupabaseMails(project, () => minter.forSystem('mails')),
    pause: (ms) => delay(ms),
    connections,
    tickets: connections,
    sessions: connections,
    sockets,
    runs: traced(tracer, 'runs', createDynamoRunStore({ client: clients.dynamo, table: env.RUNS_TABLE, now, logger }), [
      'create',
      'change',
    ]),
    store: traced(tracer, 'store', createSupabaseWorkspaceStore(project, projects), [
      'agent',
      'thread',
      'openThread',
      'project',
    ]),
    minter,
    ...createSupabaseTeam(project, projects),
    ...spending,
    spend: measuredSpend(measuring, spending.spend),
    verifier: createSupabaseTokenVerifier(project),
    apiKeyVerifier: createSupabaseApiKeyVerifier(project, () => minter.forSystem('api_keys'), now),
    identityProvider: createSupabaseIdentityProvider(project),
    directory,
    apiKeys: createSupabaseApiKeyStore(project),
    publisher: createPublisher({ log, connections, sockets, logger, metrics, now, memory }),
    newId: createNewId(now, randomBytes),
    limits: createRateLimits({
      limiter: measuredLimiter(
        measuring,
        createDynamoRateLimiter({ client: clients.dynamo, table: env.COUNTERS_TABLE, now }),
      ),
      settings: ratesOf(env),
      isMember: createKnownMembers({ directory, minter, now }),
    }),
    newTicket: () => randomBytes(24).toString('base64url'),
    now,
    logger,
    metrics,
    tracer,
    version: env.VERSION,
    processId: randomUUID(),
  };
}

const ratesOf = (env: DeadLettersEnv): RateSettings => ({
  requests: env.RATE_REQUESTS,
  anonymousRequests: env.RATE_REQUESTS_ANONYMOUS,
  workspaceRequests: env.RATE_REQUESTS_WORKSPACE,
  messages: env.RATE_MESSAGES,
  anonymousMessages: env.RATE_MESSAGES_ANONYMOUS,
  runs: env.RATE_RUNS,
  anonymousRuns: env.RATE_RUNS_ANONYMOUS,
  workspaceRuns: env.RATE_RUNS_WORKSPACE,
});
