import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { ensureKeyFile } from '#adapters/system/key-file-vault.ts';
import type { ApiEnv } from '#core/env.ts';
import { tables } from '#core/tables.ts';
import type { ApiArgument, ApiFault } from './api/definition.ts';
import { socketStage } from './api/definition.ts';
import type { DynamoDbArgument } from './aws/dynamodb-definition.ts';
import type { Ecs } from './aws/ecs.ts';
import type { S3Argument } from './aws/s3-definition.ts';
import { queueArn, queueUrl, type SqsArgument } from './aws/sqs-definition.ts';
import { compileCache } from './compile-cache.ts';
import { lends, lentBy } from './lent-keys.ts';
import { type Mailbox, startMailbox } from './mailbox.ts';
import { type Part, type PartSettings, startPart } from './part.ts';
import { choosePorts } from './ports.ts';
import { type Keys, StartError } from './state.ts';
import { startWorkers } from './workers.ts';

export interface StackOptions {
  /** Where everything is kept. */
  readonly folder: string;
  readonly keys: Keys;
  /** The port of the one URL; the parts take the ports after it. 0: free ones for all. */
  readonly port: number;
  /** Variables of the worker beside those that the stack gives it: models and their keys. */
  readonly workerEnv?: Record<string, string>;
  /** Variables of the API beside those that the stack gives it: tests put something between it and its stores. */
  readonly apiEnv?: Record<string, string>;
  readonly workers?: number;
  /** The worker's entry point, where it is not the platform's own: tests bring tools of theirs. */
  readonly workerEntry?: URL;
  /** How long to wait before a worker that died is replaced, by how often that has happened in a row. */
  readonly workerRestartDelaysMs?: readonly number[];
  /** How long a worker that says nothing keeps its runs; tests have less time than AWS. */
  readonly leaseSeconds?: number;
  readonly webFolder?: string;
  /** Ways to sign in beside e-mail that the Supabase project has. */
  readonly authProviders?: readonly string[];
  readonly api?: Pick<ApiArgument, 'sweepEveryMs' | 'limits' | 'allowedOrigins'>;
  /** A hosted Supabase project instead of the stand-in. */
  readonly supabase?: { url: string; publishableKey: string; jwtSecret: string };
  /** Told when a part is ready, and what it is. */
  readonly onReady?: (part: string) => void;
  /** Told when a part has ended that should not have. */
  readonly onPartEnded?: (part: string, how: number | NodeJS.Signals) => void;
}

/** The platform on one machine, every part of it a process. */
export interface Stack {
  /** The web client, the HTTP API and the socket. */
  readonly url: string;
  readonly socketUrl: string;
  readonly supabaseUrl: string;
  readonly publishableKey: string;
  readonly ecs: Ecs;
  /** Where the mails are that would have been sent. */
  readonly mailbox: Mailbox;
  readonly parts: Readonly<Record<'dynamodb' | 'sqs' | 's3' | 'api', Part>> & { readonly supabase: Part | undefined };
  /** For tests: makes the gateway misbehave. */
  fault(fault: ApiFault): void;
  /** Stops every process, workers first, so that they can hand over what they hold. */
  stop(): Promise<void>;
}

export const queueName = 'troupe-runs.fifo';
const bucketName = 'troupe-blobs';
const deadLetterName = 'troupe-dead-letters.fifo';
const tableNames = {
  log: 'troupe-log',
  runs: 'troupe-runs',
  connections: 'troupe-connections',
  counters: 'troupe-counters',
  journal: 'troupe-journal',
} as const;

/** The SDKs insist on these; the stand-ins accept any. */
const awsEnv = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/** Starts every part. When one cannot start, the others are stopped again and a StartError says why. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const ports = await choosePorts(options.port);
  const logs = join(options.folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const started: (() => Promise<unknown>)[] = [];
  const ready = (part: string) => options.onReady?.(part);
  let stopping = false;

  const start = async (name: string, entry: string, port: number, setup: PartSettings['setup']): Promise<Part> => {
    const part = await startPart({
      entry: new URL(entry, import.meta.url),
      port,
      setup: (chosen) => ({ ...setup(chosen), env: { ...inherited(), ...setup(chosen).env } }),
      options: { onLine: (line) => appendFileSync(join(logs, `${name}.log`), `${line}\n`) },
      onEnded: (how) => {
        if (!stopping) options.onPartEnded?.(name, how);
      },
    }).catch((error: Error) => {
      throw new StartError(`${name} did not start: ${error.message}`);
    });
    started.push(() => part.stop());
    ready(name);
    return part;
  };
  const stop = async () => {
    stopping = true;
    for (const end of started.splice(0).reverse()) await end();
  };

  try {
    const [dynamodb, sqs, s3, supabase] = await allOrThrow([
      start('dynamodb', './aws/dynamodb.ts', ports.dynamodb, (port) => ({
        argument: dynamoArgument(options.folder, port),
        env: awsEnv,
      })),
      start('sqs', './aws/sqs.ts', ports.sqs, (port) => ({ argument: sqsArgument(options, port), env: awsEnv })),
      start('s3', './aws/s3.ts', ports.s3, (port) => ({
        argument: { port, dataFolder: join(options.folder, 's3'), buckets: [bucketName] } satisfies S3Argument,
        env: awsEnv,
      })),
      options.supabase
        ? Promise.resolve(undefined)
        : start('supabase', './supabase/main.ts', ports.supabase, (port) => ({
            argument: {},
            env: supabaseEnv(options, port),
          })),
    ]);
    const mailbox = await startMailbox({ port: ports.mailbox });
    started.push(() => mailbox.stop());
    const project = options.supabase ?? {
      url: supabase?.url ?? '',
      publishableKey: options.keys.publishableKey,
      jwtSecret: options.keys.jwtSecret,
    };
    const endpoints = {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_SESV2: mailbox.url,
    };
    const keyFile = join(options.folder, 'vault.key');
    ensureKeyFile(keyFile, new Date());
    const platform = {
      LOG_TABLE: tableNames.log,
      RUNS_TABLE: tableNames.runs,
      CONNECTIONS_TABLE: tableNames.connections,
      COUNTERS_TABLE: tableNames.counters,
      // One machine has one person, who signs in anonymously at first; and tests are faster than people.
      RATE_REQUESTS: '100000/60',
      RATE_REQUESTS_ANONYMOUS: '100000/60',
      RATE_REQUESTS_WORKSPACE: '100000/60',
      RATE_MESSAGES: '100000/60',
      RATE_MESSAGES_ANONYMOUS: '100000/60',
      RATE_RUNS: '10000/60',
      RATE_RUNS_ANONYMOUS: '10000/60',
      RATE_RUNS_WORKSPACE: '10000/60',
      JOURNAL_TABLE: tableNames.journal,
      BLOBS_BUCKET: bucketName,
      SOCKET_ENDPOINT: `http://127.0.0.1:${ports.api}/${socketStage}`,
      SUPABASE_URL: project.url,
      SUPABASE_PUBLISHABLE_KEY: project.publishableKey,
      SUPABASE_JWT_SECRET: project.jwtSecret,
      RUN_QUEUE_URL: queueUrl(sqs.url, queueName),
      VAULT_KEY_FILE: keyFile,
      ALLOW_PRIVATE_MODEL_SERVERS: 'true',
    } satisfies z.input<typeof ApiEnv>;
    const socketUrl = `ws://127.0.0.1:${ports.api}/${socketStage}`;
    const api = await start('api', './api/main.ts', ports.api, (port) => ({
      argument: apiArgument(options, port, sqs.url, project, socketUrl),
      env: {
        ...awsEnv,
        ...endpoints,
        ...platform,
        MAIL_FROM: 'Troupe <troupe@localhost>',
        WEB_URL: `http://127.0.0.1:${ports.api}`,
        PLATFORM_PROVIDERS: lentBy(options.workerEnv ?? {}),
        ...options.apiEnv,
      },
    }));
    const ecs = await startWorkers(options, ports.ecs, logs, {
      ...lends,
      ...awsEnv,
      ...endpoints,
      ...platform,
    });
    started.push(() => ecs.close());
    ready('agent');
    return {
      url: api.url,
      socketUrl,
      supabaseUrl: project.url,
      publishableKey: project.publishableKey,
      ecs,
      parts: { dynamodb, sqs, s3, api, supabase },
      mailbox,
      fault: (fault) => api.tell(JSON.stringify(fault)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for all, so that whatever did start is known and can be stopped, and then throws the first error. */
async function allOrThrow<Parts extends readonly Promise<unknown>[]>(parts: readonly [...Parts]) {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

const dynamoArgument = (folder: string, port: number): DynamoDbArgument => ({
  port,
  dataFolder: join(folder, 'dynamodb'),
  tables: Object.entries(tables).map(([name, { indexes, ...table }]) => ({
    ...table,
    tableName: tableNames[name as keyof typeof tableNames],
    globalIndexes: indexes.map(({ name: indexName, ...keys }) => ({ indexName, ...keys })),
  })),
});

const sqsArgument = ({ folder, leaseSeconds }: StackOptions, port: number): SqsArgument => ({
  port,
  dataFolder: join(folder, 'sqs'),
  queues: [
    {
      name: queueName,
      visibilityTimeoutSeconds: leaseSeconds ?? 18,
      // As many deliveries as there are in the same time with the lease of AWS.
      deadLetter: { name: deadLetterName, maxReceiveCount: Math.ceil((10 * 20) / (leaseSeconds ?? 20)) },
    },
  ],
});

const supabaseEnv = ({ folder, keys }: StackOptions, port: number) => ({
  PORT: String(port),
  DATA_DIR: join(folder, 'supabase'),
  JWT_SECRET: keys.jwtSecret,
  PUBLISHABLE_KEY: keys.publishableKey,
  SECRET_KEY: keys.secretKey,
});

function apiArgument(
  options: StackOptions,
  port: number,
  sqsUrl: string,
  project: { url: string; publishableKey: string },
  socketUrl: string,
): ApiArgument {
  return {
    port,
    ...(options.webFolder && {
      webFolder: options.webFolder,
      webConfig: {
        apiUrl: '',
        socketUrl,
        supabaseUrl: project.url,
        supabaseKey: project.publishableKey,
        stage: 'local',
        authProviders: [...(options.authProviders ?? [])],
      },
    }),
    deadLetters: { queueUrl: queueUrl(sqsUrl, deadLetterName), queueArn: queueArn(deadLetterName) },
    ...options.api,
  };
}

/** What every process may know of its surroundings; nothing of the user's own settings or keys. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'LANG'];
  const own = Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  return { ...own, ...compileCache };
}
