import { join } from 'node:path';
import { pingIntervalMs } from '#core/protocol/limits.ts';
import type { ApiArgument } from '#local/api/definition.ts';
import { socketStage } from '#local/api/definition.ts';
import { queueArn, queueUrl } from '#local/aws/sqs-definition.ts';
import { type Child, startChild } from '#local/aws/start-child.ts';
import { type AwsMeter, startAwsMeter, type TableUsage, type Usage, usageBetween } from '../aws-meter.ts';
import { type ChatRun, openChats, type Platform, withPlatform } from '../platform.ts';
import { prices } from '../prices.ts';
import type { Figure, Section } from '../report.ts';
import { median, sum } from '../statistics.ts';

/** Few enough that the stand-ins answer as fast as AWS does: slower ones would have the worker gather more text per append. */
const runCount = 6;
const pace = { tokens: 500, tokensPerSecond: 40 };
const per = 1000;

/** Lambda of the socket API, as infra/ makes it. */
const lambdaGb = 0.5;
/** A task of the worker in production, as infra/ makes it, and how full it is over a day. */
const task = { vcpu: 1, gb: 2, maxRuns: 50, utilisation: 0.5 };

const queueName = 'troupe-runs.fifo';
const deadLetterName = 'troupe-dead-letters.fifo';

/**
 * What AWS would ask for 1,000 runs. Every request of the worker and of the functions passes a counter; the functions run
 * behind a second gateway of ours, because the stack's own cannot be pointed elsewhere.
 */
export async function measureCost(): Promise<Section> {
  const meter = await startAwsMeter(queueName);
  try {
    return await withPlatform(meteredWorker(meter), async (platform) => {
      const gateway = await startMeteredGateway(platform, meter);
      try {
        return await measure(platform, meter, gateway);
      } finally {
        await gateway.stop();
      }
    });
  } finally {
    meter.close();
  }
}

const endpoints = ({ dynamodb, sqs }: AwsMeter) => ({
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
  AWS_ENDPOINT_URL_SQS: sqs.url,
});
const socketEndpoint = ({ sockets }: AwsMeter) => `${sockets.url}/${socketStage}`;

const meteredWorker = (meter: AwsMeter) => ({
  ...endpoints(meter),
  SOCKET_ENDPOINT: socketEndpoint(meter),
  MAX_RUNS: '250',
  POLL_SECONDS: '20',
});

async function startMeteredGateway({ folder, stack, keys }: Platform, meter: AwsMeter): Promise<Child> {
  meter.dynamodb.target = stack.parts.dynamodb.url;
  meter.sqs.target = stack.parts.sqs.url;
  const { url } = stack.parts.sqs;
  const argument: ApiArgument = {
    port: 0,
    deadLetters: { queueUrl: queueUrl(url, deadLetterName), queueArn: queueArn(deadLetterName) },
    sweepEveryMs: 3_600_000,
  };
  const gateway = await startChild(new URL('../../local/api/main.ts', import.meta.url), argument, {
    env: {
      PATH: process.env['PATH'],
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      ...endpoints(meter),
      VAULT_KEY_FILE: join(folder, 'vault.key'),
      ALLOW_PRIVATE_MODEL_SERVERS: 'true',
      LOG_TABLE: 'troupe-log',
      RUNS_TABLE: 'troupe-runs',
      CONNECTIONS_TABLE: 'troupe-connections',
      COUNTERS_TABLE: 'troupe-counters',
      JOURNAL_TABLE: 'troupe-journal',
      BLOBS_BUCKET: 'troupe-blobs',
      SOCKET_ENDPOINT: socketEndpoint(meter),
      SUPABASE_URL: stack.supabaseUrl,
      SUPABASE_PUBLISHABLE_KEY: stack.publishableKey,
      SUPABASE_JWT_SECRET: keys.jwtSecret,
      RUN_QUEUE_URL: queueUrl(url, queueName),
    },
  });
  meter.sockets.target = gateway.url;
  return gateway;
}

async function measure(platform: Platform, meter: AwsMeter, gateway: Child): Promise<Section> {
  const socketUrl = `${gateway.url.replace('http', 'ws')}/${socketStage}`;
  const before = meter.usage();
  const chats = await openChats(platform, runCount, socketUrl);
  const afterOpening = meter.usage();
  const runs = await Promise.all(chats.map((chat) => chat.run(pace)));
  await settled(meter);
  const afterRuns = meter.usage();
  await Promise.all(chats.map((chat) => chat.close()));
  await settled(meter);
  const afterClosing = meter.usage();

  const ofRuns = usageBetween(afterOpening, afterRuns);
  const opening = usageBetween(before, afterOpening);
  const closing = usageBetween(afterRuns, afterClosing);
  const parts = costs(ofRuns, runs);
  const total = sum(parts.map(({ usd }) => usd));
  const connection = sum(costs(opening, []).map(({ usd }) => usd)) + sum(costs(closing, []).map(({ usd }) => usd));
  return {
    title: `AWS, ${per} runs of ${pace.tokens} tokens at ${pace.tokensPerSecond}/s (list price, without the model's)`,
    figures: [
      { name: 'cost of 1,000 runs', value: total, unit: 'USD', target: { atMost: 0.6 } },
      ...parts.map(({ name, usd, note }): Figure => ({ name: `  ${name}`, value: usd, unit: 'USD', note })),
      ...Object.entries(ofRuns.tables).map(tableFigure),
      {
        name: 'requests per run',
        value: sum(Object.values(ofRuns.requests)) / runCount,
        unit: '',
        note: requestText(ofRuns),
      },
      {
        name: 'beside it: 1,000 connections, each with one subscription',
        value: connection,
        unit: 'USD',
        note: requestText(opening),
      },
      { name: 'beside it: Fargate for 1,000 runs', value: fargate(runs), unit: 'USD', note: fargateText },
    ],
  };
}

/** Waits until the platform asks for nothing more: the end of a run is written after its client has seen it. */
async function settled(meter: AwsMeter): Promise<void> {
  const requests = () => sum(Object.values(meter.usage().requests));
  for (let seen = -1; seen !== requests(); ) {
    seen = requests();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
}

interface Part {
  readonly name: string;
  readonly usd: number;
  readonly note: string;
}

function costs(usage: Usage, runs: readonly ChatRun[]): Part[] {
  const scale = per / runCount;
  const runMinutes = sum(runs.map(({ sentMs, endedMs }) => endedMs - sentMs)) / 60_000;
  const pings = (runMinutes * 60_000) / pingIntervalMs;
  // Each message of a client is one message in, one answer out and one invocation.
  const asked = runs.length + pings;
  const invocationMs = median(runs.map(({ sentMs, acceptedMs }) => acceptedMs - sentMs)) || 0;
  const gbSeconds = (runs.length * invocationMs * lambdaGb) / 1000;
  const each = (number: number) => (number / runCount).toFixed(1);
  return [
    {
      name: 'DynamoDB writes',
      usd: usage.writeUnits * prices.writeUnit * scale,
      note: `${each(usage.writeUnits)} units per run`,
    },
    {
      name: 'DynamoDB reads',
      usd: usage.readUnits * prices.readUnit * scale,
      note: `${each(usage.readUnits)} units per run`,
    },
    {
      name: 'socket messages and connection minutes',
      usd: ((usage.pushes + 2 * asked) * prices.socketMessage + runMinutes * prices.connectionMinute) * scale,
      note: `${each(usage.pushes)} pushes per run, ${(usage.pushedBytes / Math.max(1, usage.pushes)).toFixed(0)} bytes each`,
    },
    {
      name: 'SQS FIFO',
      usd: usage.sqsRequests * prices.sqsFifoRequest * scale,
      note: `${each(usage.sqsRequests)} requests per run`,
    },
    {
      name: 'Lambda',
      usd: (asked * prices.lambdaRequest + gbSeconds * prices.lambdaGbSecond) * scale,
      note: `${each(asked)} invocations per run, ${invocationMs.toFixed(0)} ms to accept`,
    },
    {
      name: 'data to the internet',
      usd: (usage.pushedBytes / 1e9) * prices.transferredGB * scale,
      note: `${(usage.pushedBytes / runCount / 1000).toFixed(1)} kB per run`,
    },
  ];
}

/** What a table costs; of the journal's, that is what it costs to be able to take up a run where it was left. */
function tableFigure([name, { requests, writeUnits, readUnits }]: [string, TableUsage]): Figure {
  const each = (number: number) => (number / runCount).toFixed(1);
  return {
    name: `  of DynamoDB, table ${name.replace('troupe-', '')}`,
    value: ((writeUnits * prices.writeUnit + readUnits * prices.readUnit) * per) / runCount,
    unit: 'USD',
    note: `per run ${each(requests)} requests, ${each(writeUnits)} write and ${each(readUnits)} read units`,
  };
}

function requestText({ requests }: Usage): string {
  return Object.entries(requests)
    .filter(([, number]) => number > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, number]) => `${name} ${(number / runCount).toFixed(1)}`)
    .join(', ');
}

function fargate(runs: readonly ChatRun[]): number {
  const hourly = task.vcpu * prices.fargateVcpuHour + task.gb * prices.fargateGbHour;
  const hoursOfOne = median(runs.map(({ sentMs, endedMs }) => endedMs - sentMs)) / 3_600_000;
  return (per * hoursOfOne * hourly) / (task.maxRuns * task.utilisation);
}

const fargateText = `tasks of ${task.vcpu} vCPU and ${task.gb} GB with ${task.maxRuns} runs at most, ${task.utilisation * 100} % full`;
