import { randomBytes, randomUUID } from 'node:crypto';
import { createNewId } from '#core/domain/ids.ts';
import type { ApiEnv, DeadLettersEnv } from '#core/env.ts';
import type { TicketStore } from '#core/ports/connection-store.ts';
import type { TokenVerifier } from '#core/ports/identity.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { Tracer } from '#core/ports/tracer.ts';
import type { Memory } from '#core/use-cases/audience.ts';
import type { Deps } from '#core/use-cases/deps.ts';
import { createPublisher } from '#core/use-cases/publisher.ts';
import { createApiGatewaySockets } from './aws/api-gateway-sockets.ts';
import { createAwsClients } from './aws/clients.ts';
import { createDynamoConnectionStore } from './aws/dynamo-connection-store.ts';
import { createDynamoEventLog } from './aws/dynamo-event-log.ts';
import { createDynamoRunStore } from './aws/dynamo-run-store.ts';
import { createSqsRunQueue } from './aws/sqs-run-queue.ts';
import { createSupabaseAccessMinter } from './supabase/access-minter.ts';
import { createSupabaseWorkspaceStore } from './supabase/supabase-workspace-store.ts';
import { createSupabaseTokenVerifier } from './supabase/token-verifier.ts';
import { createOtelTracer } from './system/otel-tracer.ts';
import { traced, tracedQueue } from './system/traced.ts';

/** Everything that the platform's processes work with: AWS and Supabase behind the ports of core. */
export interface Platform extends Deps {
  readonly tickets: TicketStore;
  readonly verifier: TokenVerifier;
  readonly tracer: Tracer;
  readonly newTicket: () => string;
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
  const log = traced(tracer, 'log', createDynamoEventLog({ client: clients.dynamo, table: env.LOG_TABLE, now }), [
    'append',
    'read',
  ]);
  const connections = createDynamoConnectionStore({ client: clients.dynamo, table: env.CONNECTIONS_TABLE, now });
  const sockets = traced(tracer, 'sockets', createApiGatewaySockets({ client: clients.sockets }), ['post']);
  return {
    log,
    connections,
    tickets: connections,
    runs: traced(tracer, 'runs', createDynamoRunStore({ client: clients.dynamo, table: env.RUNS_TABLE, now }), [
      'create',
      'change',
    ]),
    store: traced(tracer, 'store', createSupabaseWorkspaceStore(project), ['agent', 'thread', 'openThread', 'project']),
    minter: createSupabaseAccessMinter(project, now),
    verifier: createSupabaseTokenVerifier(project),
    publisher: createPublisher({ log, connections, sockets, logger, memory }),
    newId: createNewId(now, randomBytes),
    newTicket: () => randomBytes(24).toString('base64url'),
    now,
    logger,
    tracer,
    version: env.VERSION,
    processId: randomUUID(),
  };
}
