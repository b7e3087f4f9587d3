import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isTerminal } from '#core/protocol/run.ts';
import { startSupabase, type TestSupabase } from '#local/supabase/start-for-test.ts';
import { openDoor, type ProjectDoor } from '../support/project-door.ts';
import { newNamedUser } from '../support/test-company.ts';
import { connect, hasEnded, type TestSocket } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newRequestId, type TestUser } from '../support/test-user.ts';
import { say, sayOn } from '../support/thread-client.ts';

/** Somebody whose workspace has a project of its own. */
interface Tenant {
  readonly user: TestUser;
  readonly socket: TestSocket;
  readonly project: TestSupabase;
  readonly door: ProjectDoor;
  /** A word that only they say. */
  readonly word: string;
}

let stack: TestStack;
let red: Tenant;
let blue: Tenant;
let plain: { user: TestUser; socket: TestSocket };
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  stack = await startTestStack({ leaseSeconds: 3, workerEnv: { DEMO_TOKENS_PER_SECOND: '3000' } });
  stops.push(() => stack.stop());
  [red, blue] = await Promise.all([newTenant('vermilion'), newTenant('ultramarine')]);
  const user = await newNamedUser(stack);
  plain = { user, socket: await connect(stack.socketUrl, { token: user.token }) };
  stops.push(() => plain.socket.close());
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

async function newTenant(word: string): Promise<Tenant> {
  const user = await newNamedUser(stack);
  const project = await startSupabase({ ofWorkspace: user.workspace.id });
  stops.push(() => project.stop());
  const door = await openDoor(project.url);
  stops.push(() => door.stop());
  const socket = await connect(stack.socketUrl, { token: user.token });
  stops.push(() => socket.close());
  return { user, socket, project, door, word };
}

const path = ({ user }: Pick<Tenant, 'user'>) => ({ workspaceId: user.workspace.id });
const put = (tenant: Tenant, change: object = {}) => {
  const { publishableKey, jwtSecret } = tenant.project;
  const body = { url: tenant.door.url, publishableKey, jwtSecret, ...change };
  return tenant.user.request('POST /v1/workspaces/{workspaceId}/project', { path: path(tenant), body });
};
const show = async (tenant: Tenant) =>
  (await tenant.user.call('GET /v1/workspaces/{workspaceId}/project', { path: path(tenant) })).project;

const options = { auth: { persistSession: false, autoRefreshToken: false } };
const inside = ({ url, secretKey }: TestSupabase): SupabaseClient => createClient(url, secretKey, options);
/** The platform's own database, past all rules. */
const platform = (): SupabaseClient => createClient(stack.supabaseUrl, stack.secretKey, options);
const rows = async (client: SupabaseClient, table: string): Promise<Record<string, unknown>[]> =>
  (await client.from(table).select('*')).data ?? [];
const workspacesIn = async (client: SupabaseClient, table: string) =>
  new Set((await rows(client, table)).map((row) => row['workspace_id']));

async function ended(socket: TestSocket, threadId: string, runId: string) {
  const stream = `thread:${threadId}` as const;
  await socket.askOk({ type: 'subscribe', stream, after: 0 });
  await socket.until(stream, hasEnded(runId));
}

/** Until what has settled is in Postgres: the thread's next run is not before it. */
async function projected(tenant: Tenant, threadId: string, count: number): Promise<void> {
  await expect
    .poll(
      async () => (await rows(inside(tenant.project), 'runs')).filter((run) => run['thread_id'] === threadId).length,
      {
        timeout: 20_000,
        interval: 100,
      },
    )
    .toBe(count);
}

const threadOf = (user: TestUser, threadId: string) =>
  user.request('GET /v1/threads/{threadId}', { path: { threadId } });

it('takes a project that is the workspace’s own, and no other', async () => {
  const foreign = await put(red, { ...keysOf(blue), url: blue.door.url });
  const wrongSecret = await put(red, { jwtSecret: 'x'.repeat(64) });
  red.door.be('outdated');
  const outdated = await put(red);
  red.door.be('closed');
  const closed = await put(red);
  red.door.be('open');
  const [first, second] = [await put(red), await put(blue)];

  expect([foreign, wrongSecret, outdated]).toMatchObject([
    { status: 409, body: { code: 'project_unusable', detail: expect.stringMatching(/another workspace/) } },
    { status: 409, body: { code: 'project_unusable', detail: expect.stringMatching(/refuses its keys/) } },
    { status: 409, body: { code: 'project_unusable', detail: expect.stringMatching(/lacks 1 .*project:migrate/) } },
  ]);
  expect(closed).toMatchObject({ status: 503, body: { code: 'project_unavailable', details: [{ path: 'project' }] } });
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(JSON.stringify([first, second, await show(red)])).not.toContain(red.project.jwtSecret);
  expect(await show(red)).toMatchObject({
    url: red.door.url,
    state: { status: 'ready' },
    lastFour: red.project.jwtSecret.slice(-4),
  });
});

it('keeps two workspaces apart that one worker works for at the same time', async () => {
  const tenants = [red, blue];
  const runs = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const tenant = tenants[index % 2] ?? red;
      const { threadId, runId } = await say(tenant.socket, tenant.user, `Say ${tenant.word} ${index}`);
      return { tenant, threadId, runId };
    }),
  );
  const here = await say(plain.socket, plain.user, 'Say nothing special');
  const agentId = (tenant: Tenant) => tenant.user.agents['Personal Assistant']?.id ?? '';
  for (const tenant of tenants) {
    const body = { path: 'colour.md', content: `We like ${tenant.word}.` };
    await tenant.user.call('PATCH /v1/agents/{agentId}/memory', { path: { agentId: agentId(tenant) }, body });
  }
  for (const { tenant, threadId, runId } of runs) await ended(tenant.socket, threadId, runId);
  await ended(plain.socket, here.threadId, here.runId);
  for (const { tenant, threadId } of runs) await projected(tenant, threadId, 1);

  for (const [tenant, other] of [
    [red, blue],
    [blue, red],
  ] as const) {
    const own = inside(tenant.project);
    for (const table of ['threads', 'items', 'runs', 'memories'])
      expect(await workspacesIn(own, table)).toEqual(new Set([tenant.user.workspace.id]));
    expect(JSON.stringify([await rows(own, 'items'), await rows(own, 'memories')])).toContain(tenant.word);
    expect(
      JSON.stringify(await Promise.all(['threads', 'items', 'memories'].map((table) => rows(own, table)))),
    ).not.toContain(other.word);
    const { data: listed } = await tenant.user.call('GET /v1/threads', { query: path(tenant) });
    expect(listed.map(({ title }) => title)).toEqual(expect.arrayContaining([expect.stringContaining(tenant.word)]));
    expect(listed).toHaveLength(4);
    const found = await tenant.user.call('GET /v1/agents/{agentId}/memories/search', {
      path: { agentId: agentId(tenant) },
      query: { search: tenant.word },
    });
    expect(found.data).toMatchObject([{ path: 'colour.md' }]);
    const { data: fleet } = await tenant.user.call('GET /v1/runs', { query: { ...path(tenant), status: 'completed' } });
    expect(fleet).toHaveLength(4);
  }
  const notThere = await threadOf(blue.user, runs[0]?.threadId ?? '');
  expect(notThere.status).toBe(404);
});

it('keeps nothing of what they say in the platform’s database, not even for a moment', async () => {
  for (const table of ['items', 'runs', 'memories']) {
    const workspaces = await workspacesIn(platform(), table);
    expect([...workspaces]).not.toContain(red.user.workspace.id);
    expect([...workspaces]).not.toContain(blue.user.workspace.id);
  }
  const stubs = (await rows(platform(), 'threads')).filter((row) => row['is_elsewhere']);
  expect(stubs).toHaveLength(8);
  expect(stubs.every((row) => row['title'] === null)).toBe(true);

  const files = readdirSync(join(stack.folder, 'supabase'), { recursive: true, withFileTypes: true });
  const leaks = files.filter(
    (file) => file.isFile() && /vermilion|ultramarine/.test(readFileSync(join(file.parentPath, file.name), 'latin1')),
  );
  expect(leaks).toEqual([]);
});

it('says so when the project is away, writes nothing elsewhere, and is whole when it is back', async () => {
  const first = await say(red.socket, red.user, 'Before the night');
  await ended(red.socket, first.threadId, first.runId);
  await projected(red, first.threadId, 1);

  red.door.be('closed');
  const opened = await threadOf(red.user, first.threadId);
  const started = await red.user.request('POST /v1/threads/{threadId}/runs', {
    path: { threadId: first.threadId },
    body: { input: { text: 'Are you there?' }, clientRequestId: newRequestId() },
  });
  const listed = await red.user.request('GET /v1/threads', { query: path(red) });
  const state = await show(red);
  const others = await say(blue.socket, blue.user, 'Not my night');
  await ended(blue.socket, others.threadId, others.runId);
  red.door.be('open');

  const unavailable = { status: 503, body: { code: 'project_unavailable', details: [{ path: 'project' }] } };
  expect([opened, started, listed]).toMatchObject([unavailable, unavailable, unavailable]);
  expect(state).toMatchObject({ state: { status: 'trouble', code: 'project_unavailable' } });
  expect([...(await workspacesIn(platform(), 'items'))]).not.toContain(red.user.workspace.id);

  const again = await sayOn(red.socket, first.threadId, 'Good morning');
  await ended(red.socket, again.threadId, again.runId);
  await projected(red, first.threadId, 2);
  const whole = await red.user.call('GET /v1/threads/{threadId}', { path: { threadId: first.threadId } });
  expect(whole.runs.map(({ status }) => isTerminal(status))).toEqual([true, true]);
  expect(whole.items.map((item) => ('text' in item ? item.text : ''))).toEqual(
    expect.arrayContaining(['Before the night', 'Good morning']),
  );
});

it('brings a run to its end whose project goes away while it works', async () => {
  const { threadId, runId } = await say(blue.socket, blue.user, 'Good evening');
  blue.door.be('closed');
  const before = blue.door.refusals();
  await expect.poll(() => blue.door.refusals(), { timeout: 20_000, interval: 50 }).toBeGreaterThan(before + 3);
  expect([...(await workspacesIn(platform(), 'items'))]).not.toContain(blue.user.workspace.id);
  blue.door.be('open');
  await ended(blue.socket, threadId, runId);
  await projected(blue, threadId, 1);

  const snapshot = await blue.user.call('GET /v1/threads/{threadId}', { path: { threadId } });
  expect(snapshot.runs).toMatchObject([{ status: 'completed' }]);
});

it('exports and deletes what lies in the project, and lets a removed project go only when it is empty', async () => {
  const exported: string[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = cursor === null ? {} : { cursor };
    const page = await red.user.call('GET /v1/workspaces/{workspaceId}/export', { path: path(red), query });
    exported.push(JSON.stringify(page.data));
    cursor = page.nextCursor;
  } while (cursor !== null);
  const refused = await red.user.request('DELETE /v1/workspaces/{workspaceId}/project', { path: path(red) });
  const { data: threads } = await red.user.call('GET /v1/threads', { query: path(red) });
  for (const { id } of threads) await red.user.call('DELETE /v1/threads/{threadId}', { path: { threadId: id } });
  const left = await rows(inside(red.project), 'items');
  const removed = await red.user.request('DELETE /v1/workspaces/{workspaceId}/project', { path: path(red) });
  const { data: audit } = await red.user.call('GET /v1/workspaces/{workspaceId}/audit', { path: path(red) });

  expect(exported.join()).toMatch(/Say vermilion/);
  expect(exported.join()).toMatch(/We like vermilion/);
  expect(exported.join()).not.toContain(red.project.jwtSecret);
  expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect(left).toEqual([]);
  expect(removed.status).toBe(204);
  expect(audit.map(({ action }) => action)).toEqual(expect.arrayContaining(['credential.added', 'credential.removed']));
});

it('moves what a workspace had before its project, and again moves nothing', async () => {
  const agentId = red.user.agents['Personal Assistant']?.id ?? '';
  const { threadId, runId } = await say(red.socket, red.user, 'Say scarlet');
  await ended(red.socket, threadId, runId);
  const memory = { path: { agentId }, body: { path: 'scarlet.md', content: 'Scarlet.' } };
  await red.user.call('PATCH /v1/agents/{agentId}/memory', memory);
  await expect
    .poll(async () => (await rows(platform(), 'runs')).map(({ id }) => id), { timeout: 20_000 })
    .toContain(runId);
  const before = await red.user.call('GET /v1/threads/{threadId}', { path: { threadId } });
  await put(red);
  const waiting = await show(red);
  const unmoved = await red.user.call('GET /v1/threads/{threadId}', { path: { threadId } });

  const first = await moveRed();
  const again = await moveRed();

  expect(waiting).toMatchObject({ threadsThere: 0, threadsToMove: 1, agentsToMove: 1 });
  expect(first).toMatch(/Moved 1 threads and the memories of 1 agents.\nNothing is left/);
  expect(again).toMatch(/Moved 0 threads and the memories of 0 agents/);
  expect(await show(red)).toMatchObject({ threadsThere: 1, threadsToMove: 0, agentsToMove: 0 });
  const moved = await red.user.call('GET /v1/threads/{threadId}', { path: { threadId } });
  expect([unmoved, moved]).toEqual([before, before]);
  for (const table of ['items', 'runs', 'memories'])
    expect([...(await workspacesIn(platform(), table))]).not.toContain(red.user.workspace.id);
  const next = await sayOn(red.socket, threadId, 'And crimson');
  await ended(red.socket, threadId, next.runId);
  await projected(red, threadId, 2);
});

/** As an operator does. */
async function moveRed(): Promise<string> {
  const command = new URL('../../local/migrate-project.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [command, '--workspace', red.user.workspace.id, '--move'],
    {
      env: {
        PATH: process.env['PATH'],
        SUPABASE_URL: stack.supabaseUrl,
        SUPABASE_PUBLISHABLE_KEY: stack.publishableKey,
        SUPABASE_JWT_SECRET: stack.jwtSecret,
        VAULT_KEY_FILE: join(stack.folder, 'vault.key'),
        ALLOW_PRIVATE_MODEL_SERVERS: 'true',
      },
    },
  );
  return stdout;
}

const keysOf = ({ project: { publishableKey, jwtSecret } }: Tenant) => ({ publishableKey, jwtSecret });
