import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyEnvelope } from '#core/protocol/event.ts';
import type { ApprovalItem } from '#core/protocol/item.ts';
import { routeKeys } from '#core/protocol/routes.ts';
import { fold } from '../support/fold.ts';
import { newCompany, type TestCompany } from '../support/test-company.ts';
import { connect, hasEnded, type TestSocket } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newRequestId } from '../support/test-user.ts';
import { type QuotingModel, startQuotingModel } from './quoting-model.ts';
import { type SpanSink, startSpanSink } from './span-sink.ts';
import { newKey } from './world.ts';

const canary = (name: string) => `canary-${name}-${randomBytes(12).toString('hex')}`;
/** What nobody may be told. More are added as they are made. */
const secrets: Record<string, string> = {
  vaultKey: canary('vault'),
  wrongKey: `wrong-${canary('wrong')}`,
  platformKey: canary('platform'),
  apiEnvironment: canary('api'),
  workerEnvironment: canary('worker'),
};
/** Only for those who may look at agents, and into the journal. */
const prompt = canary('prompt');

let sink: SpanSink;
let model: QuotingModel;
let webFolder: string;
let stack: TestStack;
let acme: TestCompany;
let dynamo: DynamoDBClient;
/** What was said to somebody or written somewhere, by where. */
const seen = new Map<string, string>();
const note = (where: string, what: unknown) =>
  seen.set(where, `${seen.get(where) ?? ''}\n${typeof what === 'string' ? what : JSON.stringify(what)}`);

beforeAll(async () => {
  [sink, model] = await Promise.all([startSpanSink(), startQuotingModel()]);
  webFolder = mkdtempSync(join(tmpdir(), 'troupe-web-'));
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html>');
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
  stack = await startTestStack({
    webFolder,
    apiEnv: { ...env, CANARY: secrets['apiEnvironment'] ?? '' },
    workerEnv: {
      ...env,
      CANARY: secrets['workerEnvironment'] ?? '',
      ANTHROPIC_API_KEY: secrets['platformKey'] ?? '',
      MODEL_TRIES: '2',
    },
  });
  dynamo = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: stack.parts.dynamodb.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  acme = await newCompany(stack);
});
afterAll(async () => {
  dynamo?.destroy();
  await stack?.stop();
  await model?.stop();
  await sink?.stop();
  if (webFolder) rmSync(webFolder, { recursive: true });
});

describe('a whole life of runs', () => {
  it('leaks no secret to anywhere, and a prompt to nobody who may not read it', async () => {
    const ids = await live();
    await fail(ids.runId);
    await readEverything(ids);
    await scanEverything();
    readFiles();
    await stack.stop();
    note('spans', sink.bodies.join('\n'));

    for (const where of [
      'spans',
      'logs agent.log',
      'logs api.log',
      'table troupe-log',
      'table troupe-journal',
      'GET /v1/runs/{runId}',
    ])
      expect(seen.get(where)?.length, where).toBeGreaterThan(100);
    expect(seen.get('spans')).toContain('"agent"');
    expect([...model.keys]).toEqual([secrets['vaultKey']]);
    expect(findings(secrets, () => false)).toEqual([]);
    expect(findings({ prompt }, (where) => promptReaders.has(where))).toEqual([]);
    for (const where of ['GET /v1/runs/{runId}/prompt', 'table troupe-journal'])
      expect(seen.get(where)).toContain(prompt);
  }, 60_000);
});

/** Where a prompt is to be read: by whoever may see the agent, and by a run that goes on. */
const promptReaders: ReadonlySet<string> = new Set([
  'GET /v1/agents',
  'GET /v1/agents/{agentId}',
  'GET /v1/agents/{agentId}/versions',
  'GET /v1/agents/{agentId}/versions/{version}',
  'GET /v1/agents/{agentId}/versions/{version}/diff',
  'GET /v1/agents/{agentId}/prompt',
  'GET /v1/runs/{runId}/prompt',
  'GET /v1/workspaces/{workspaceId}/export',
  'table troupe-journal',
  'files s3',
]);

const findings = (texts: Record<string, string>, isExpected: (where: string) => boolean): string[] =>
  [...seen].flatMap(([where, text]) =>
    Object.entries(texts).flatMap(([name, secret]) =>
      text.includes(secret) && !isExpected(where) ? [`${name} in ${where}: ${excerpt(text, secret)}`] : [],
    ),
  );

function excerpt(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return text.slice(Math.max(0, at - 120), at + secret.length + 40);
}

/** Keys, runs with a tool, an approval, a budget that is used up, and a key that is refused. */
async function live() {
  const { workspaceId, owner, admin } = acme;
  const path = { workspaceId };
  const key = { workspaceId, provider: 'openai-compatible', baseUrl: model.url };
  note('refusals', await owner.request('POST /v1/credentials', { body: { ...key, apiKey: secrets['wrongKey'] } }));
  const added = await owner.request('POST /v1/credentials', { body: { ...key, apiKey: secrets['vaultKey'] } });
  note('credential', added);
  const agent = await admin.call('POST /v1/agents', {
    body: {
      workspaceId,
      name: 'Ada',
      model: 'openai-compatible/parrot',
      instructions: `You know of ${prompt}.`,
      tools: ['current_time'],
      toolPolicies: { current_time: { approval: 'always' } },
    },
  });
  Object.assign(secrets, {
    apiKey: await newKey(admin, workspaceId, ['read', 'run', 'manage']),
    token: owner.token.split('.')[2],
    tokenOfMember: acme.member.token.split('.')[2],
    jwtSecret: stack.jwtSecret,
    vaultFile: /"key":\s*"([^"]+)"/.exec(readFileSync(join(stack.folder, 'vault.key'), 'utf8'))?.[1],
  });
  const { ticket } = await owner.call('POST /v1/socket-tickets');
  const { token: invitation } = await owner.call('POST /v1/workspaces/{workspaceId}/invitations', { path, body: {} });
  Object.assign(secrets, { ticket, invitation });

  const socket = await connect(stack.socketUrl, { ticket });
  for (const stream of [`workspace:${workspaceId}`, 'user']) {
    note('socket', await socket.ask({ type: 'subscribe', stream, after: 0 }));
  }
  const first = await run(socket, agent.id);
  const question = await approvalOf(socket, first);
  await socket.askOk({ type: 'approval.resolve', ...question, resolution: { decision: 'approve' } });
  await ended(socket, first);

  await owner.call('PUT /v1/workspaces/{workspaceId}/prices', {
    path,
    body: { model: agent.model, validFrom: '2026-01-01', input: 1_000, cachedInput: 1_000, output: 1_000 },
  });
  const budget = await owner.call('PUT /v1/workspaces/{workspaceId}/budgets', {
    path,
    body: { scope: { kind: 'workspace' }, period: 'day', limitUsd: 0.01 },
  });
  // Another agent: what binds this one is remembered for some seconds.
  const bo = await admin.call('POST /v1/agents', { body: { workspaceId, name: 'Bo', model: agent.model } });
  const broke = await run(socket, bo.id);
  const breach = await approvalOf(socket, broke);
  await socket.askOk({ type: 'approval.resolve', ...breach, resolution: { decision: 'stop' } });
  await ended(socket, broke);
  await owner.call('DELETE /v1/workspaces/{workspaceId}/budgets/{budgetId}', {
    path: { workspaceId, budgetId: budget.id },
  });

  for (const mood of ['refuse', 'complain'] as const) {
    model.be(mood);
    await ended(socket, await run(socket, agent.id));
  }
  note('socket', await socket.askRaw('{"type": "nonsense"}'));
  note('socket', await socket.ask({ type: 'auth.refresh', token: `${owner.token}x` }));
  for (const stream of [`workspace:${workspaceId}`, 'user'] as const) note('socket', socket.pushed(stream));
  await socket.close();
  return { ...first, workspaceId, agentId: agent.id, version: '1', userId: owner.userId };
}

async function run(socket: TestSocket, agentId: string) {
  const input = { text: 'What time is it?' };
  const reply = await socket.askOk({ type: 'run.start', agentId, input, clientRequestId: newRequestId() });
  if (!reply.run) throw new Error('the reply names no run');
  const { runId, threadId } = reply.run;
  const stream = `thread:${threadId}` as const;
  note('socket', reply);
  note('socket', await socket.askOk({ type: 'subscribe', stream, after: 0 }));
  return { runId, threadId, stream };
}

async function approvalOf(socket: TestSocket, { runId, stream }: Awaited<ReturnType<typeof run>>) {
  const waits = (events: AnyEnvelope[]) =>
    events.some(({ event }) => event.type === 'run.awaiting') || hasEnded(runId)(events);
  const { items, runs } = fold(await socket.until(stream, waits));
  const question = items.find((item): item is ApprovalItem => item.type === 'approval');
  if (!question) throw new Error(`the run asks nothing: ${JSON.stringify(runs[runId])}`);
  return { runId, approvalId: question.approvalId };
}

async function ended(socket: TestSocket, { runId, stream }: Awaited<ReturnType<typeof run>>): Promise<void> {
  note('socket', await socket.until(stream, hasEnded(runId)));
}

/** What goes wrong outside of runs: wrong tokens, wrong input, a record that cannot be read, a store that is gone. */
async function fail(runId: string): Promise<void> {
  const { owner, workspaceId } = acme;
  const path = { workspaceId };
  note('refusals', await owner.request('GET /v1/me', { token: `${owner.token}x` }));
  note('refusals', await owner.request('GET /v1/workspaces', { token: `${secrets['apiKey']}x` }));
  note(
    'refusals',
    await owner.request('POST /v1/invitations/lookup', { body: { token: secrets['invitation'], x: 1 } }),
  );
  note('refusals', await owner.request('POST /v1/credentials', { body: { workspaceId, apiKey: secrets['vaultKey'] } }));
  note('refusals', await owner.request('POST /v1/workspaces/{workspaceId}/delete', { path, body: { name: 'No' } }));
  const broken = `run_${'0'.repeat(26)}`;
  const item = { pk: { S: `run#${broken}` }, record: { S: `not a record: ${runId}` } };
  await dynamo.send(new PutItemCommand({ TableName: 'troupe-runs', Item: item }));
  const internal = await owner.request('GET /v1/runs/{runId}', { path: { runId: broken } });
  expect(internal).toMatchObject({ status: 500 });
  note('refusals', internal);
  await stack.parts.s3.crash();
  note('refusals', await owner.request('GET /health/detailed'));
  await stack.parts.s3.restart();
}

/** Every GET route, as each of those who belong to the workspace, and the page's configuration. */
async function readEverything(ids: Record<string, string>): Promise<void> {
  const credentials = await acme.owner.call('GET /v1/credentials', { query: { workspaceId: acme.workspaceId } });
  note('GET /v1/credentials', credentials);
  for (const who of [acme.owner, acme.member]) {
    for (const key of routeKeys.filter((route) => route.startsWith('GET ') && route !== 'GET /docs')) {
      const path = Object.fromEntries(
        [...key.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, ids[name] ?? 'none']),
      );
      const needsWorkspace =
        !key.includes('{') && /agents|threads|credentials|models|rules|skills|approvals|runs|grants/.test(key);
      for (const more of [{}, { status: 'ended' }]) {
        const query = needsWorkspace ? { workspaceId: acme.workspaceId, ...(key === 'GET /v1/runs' && more) } : {};
        note(key, await who.request(key, { path, query }));
        if (key !== 'GET /v1/runs') break;
      }
    }
  }
  for (const page of ['/config.json', '/docs', '/']) note(page, await (await fetch(`${stack.url}${page}`)).text());
}

/** Events, journal, run records, connections and counters. */
async function scanEverything(): Promise<void> {
  for (const table of ['log', 'runs', 'journal', 'connections', 'counters'].map((name) => `troupe-${name}`)) {
    for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: table }))
      note(`table ${table}`, Items);
  }
}

/** Logs of all processes, objects, messages of the queues. */
function readFiles(): void {
  for (const folder of ['logs', 's3', 'sqs']) {
    const files = readdirSync(join(stack.folder, folder), { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const text = readFileSync(join(file.parentPath, file.name), 'latin1');
      note(folder === 'logs' ? `logs ${file.name}` : `files ${folder}`, text);
    }
  }
}
