import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { queueUrl } from '#local/aws/sqs-definition.ts';
import { queueName } from '#local/stack.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { type Counter, startCounter } from './counter.ts';
import { type Fate, type FaultProxy, type Passing, startFaultProxy } from './fault-proxy.ts';
import { type Guest, newGuest } from './guest.ts';
import { insisting } from './insisting.ts';
import { script } from './script.ts';
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts';

/** Where the requests of a worker go, and some of the API's. */
export type Place = 'dynamodb' | 's3' | 'sockets' | 'sqs' | 'supabase' | 'api dynamodb' | 'api sqs';

/** Looks at each request of each worker (and what the API asks of DynamoDB and the queue, as process 0), and may do something to it. */
export type Meddle = (workerPid: number, place: Place, passing: Passing) => Fate;

/** The whole platform with workers whose every request to a store or a socket can be made to fail, or be their last. */
export interface FaultWorld {
  readonly stack: TestStack;
  readonly model: ScriptedModel;
  readonly counter: Counter;
  /** Who has the conversations, each on a thread of its own. */
  readonly guest: Guest;
  meddle(meddle: Meddle): void;
  /** Puts a message into the queue once more, in a group of its own, so that nothing keeps it from a second worker. */
  sendAgain(message: string): Promise<void>;
  /** What the parts have logged as errors since the last call, the newest lines of each. */
  errors(): string;
  stop(): Promise<void>;
}

interface Options {
  readonly workers?: number;
  readonly leaseSeconds?: number;
}

const pass: Meddle = () => ({ kind: 'pass' });

export async function startFaultWorld({ workers = 2, leaseSeconds = 1 }: Options = {}): Promise<FaultWorld> {
  const [counter, model] = await Promise.all([startCounter(), startScriptedModel(script)]);
  let stack: TestStack | undefined;
  let meddle = pass;
  const proxies: FaultProxy[] = [];

  const upstream: Record<Place, () => string> = {
    dynamodb: () => stack?.parts.dynamodb.url ?? '',
    s3: () => stack?.parts.s3.url ?? '',
    sockets: () => stack?.url ?? '',
    sqs: () => stack?.parts.sqs.url ?? '',
    supabase: () => stack?.supabaseUrl ?? '',
    'api dynamodb': () => stack?.parts.dynamodb.url ?? '',
    'api sqs': () => stack?.parts.sqs.url ?? '',
  };
  const proxyFor = async (pid: number, place: Place): Promise<string> => {
    const proxy = await startFaultProxy(upstream[place]);
    proxy.decide((passing) => meddle(pid, place, passing));
    proxies.push(proxy);
    return proxy.url;
  };
  /** A worker that starts asks where to send its requests: to proxies of its own. */
  const registry = createServer(async (request, response) => {
    const { pid } = z.object({ pid: z.number() }).parse(await json(request));
    const [dynamodb, s3, sockets, sqs, supabase] = await Promise.all([
      proxyFor(pid, 'dynamodb'),
      proxyFor(pid, 's3'),
      proxyFor(pid, 'sockets'),
      proxyFor(pid, 'sqs'),
      proxyFor(pid, 'supabase'),
    ]);
    response.end(
      JSON.stringify({
        AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
        AWS_ENDPOINT_URL_S3: s3,
        SOCKET_ENDPOINT: `${sockets}/socket`,
        AWS_ENDPOINT_URL_SQS: sqs,
        RUN_QUEUE_URL: queueUrl(sqs, queueName),
        SUPABASE_PROXY: supabase,
      }),
    );
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');

  const [apiDynamodb, apiSqs] = await Promise.all([proxyFor(0, 'api dynamodb'), proxyFor(0, 'api sqs')]);
  stack = await startTestStack({
    workers,
    apiEnv: {
      AWS_ENDPOINT_URL_DYNAMODB: apiDynamodb,
      AWS_ENDPOINT_URL_SQS: apiSqs,
      RUN_QUEUE_URL: queueUrl(apiSqs, queueName),
    },
    leaseSeconds,
    workerRestartDelaysMs: [100],
    workerEntry: new URL('./worker-main.ts', import.meta.url),
    workerEnv: {
      FAULT_REGISTRY: `http://127.0.0.1:${(registry.address() as AddressInfo).port}`,
      COUNTER_URL: counter.url,
      OPENAI_API_KEY: 'sk-of-a-fault-test',
      OPENAI_BASE_URL: model.url,
      DEFAULT_MODEL: 'openai/gpt-scripted',
    },
    api: { sweepEveryMs: 500 },
  });
  const read = new Map<string, number>();
  const sqs = new SQSClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: stack.parts.sqs.url,
  });
  const running = stack;
  return {
    stack: running,
    guest: await insisting(() => newGuest(running)),
    model,
    counter,
    meddle: (next) => {
      meddle = next;
    },
    async sendAgain(message) {
      const id = randomUUID();
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl(running.parts.sqs.url, queueName),
          MessageBody: message,
          MessageGroupId: id,
          MessageDeduplicationId: id,
        }),
      );
    },
    errors() {
      const logs = join(running.folder, 'logs');
      return readdirSync(logs)
        .flatMap((file) => {
          const lines = readFileSync(join(logs, file), 'utf8')
            .split('\n')
            .slice(read.get(file) ?? 0);
          read.set(file, (read.get(file) ?? 0) + lines.length - 1);
          return lines.filter((line) => line.includes('"level":"error"')).slice(-5);
        })
        .join('\n');
    },
    async stop() {
      meddle = pass;
      await running.stop();
      sqs.destroy();
      registry.close();
      registry.closeAllConnections();
      await Promise.all([counter.stop(), model.stop(), ...proxies.map((proxy) => proxy.stop())]);
    },
  };
}
