import type { Context } from 'aws-lambda';
import { beforeEach, expect, it } from 'vitest';
import { sampleWait } from '#core/ports/samples.contract.ts';
import { threadStream } from '#core/use-cases/load-thread.ts';
import { createWorld, startMs, type World } from '#core/use-cases/testing.ts';
import { httpEvent, verifierOf } from '../testing.ts';
import { createHandlers } from './handlers.ts';
import { createRouter } from './router.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

async function call(...given: Parameters<typeof httpEvent>) {
  const verifier = verifierOf({ olga: world.olga, sven: world.sven });
  const door = { ...world.deps, verifier, sessionCookie: 'sb-test-auth-token', webOrigins: [] };
  const deps = { ...world.deps, tickets: world.deps.connections, version: '1.2.3' };
  const router = { door, limits: world.deps.limits, logger: world.deps.logger, flush: async () => {} };
  const reply = await createRouter(router, createHandlers(deps))(httpEvent(...given), {} as Context);
  return { status: reply.statusCode, body: JSON.parse(reply.body ?? 'null') };
}

const waits = { requestedAtMs: startMs, expiresAtMs: startMs + 3_600_000 };
const begin = () => world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Pay it.' } });
const workspaceId = () => world.olga.workspaceId;

it('lists what waits, and takes decisions and outputs', async () => {
  const { runId, threadId } = await begin();
  const [approval, theme] = [sampleWait(waits), sampleWait({ ...waits, kind: 'client_tool' })];
  await world.suspend(runId, approval, theme);
  const list = { token: 'olga', query: { workspaceId: workspaceId() } };

  const pending = await call('GET /v1/approvals', list);
  const decided = await call('POST /v1/runs/{runId}/approvals/{approvalId}', {
    token: 'olga',
    path: { runId, approvalId: approval.id },
    body: JSON.stringify({ resolution: { decision: 'reject', reason: 'Too dear.' } }),
  });
  const answered = await call('POST /v1/runs/{runId}/client-tools/{itemId}', {
    token: 'olga',
    path: { runId, itemId: theme.itemId },
    body: JSON.stringify({ result: { output: 'dark' } }),
  });

  expect(pending).toMatchObject({ status: 200, body: { data: [{ id: approval.id, threadId }], nextCursor: null } });
  expect([decided, answered]).toEqual([
    { status: 202, body: { runId } },
    { status: 202, body: { runId } },
  ]);
  expect((await call('GET /v1/approvals', list)).body.data).toEqual([]);
  expect(await world.record(runId)).toMatchObject({ status: 'queued', resumes: 1 });
});

it.each([
  { resolution: { decision: 'approve', scope: 'forever' } },
  { resolution: { decision: 'skip' } },
  { resolution: { decision: 'maybe' } },
  { decision: 'approve' },
  {},
])('takes no decision like %j', async (body) => {
  const { runId } = await begin();
  const wait = sampleWait(waits);
  await world.suspend(runId, wait);

  const reply = await call('POST /v1/runs/{runId}/approvals/{approvalId}', {
    token: 'olga',
    path: { runId, approvalId: wait.id },
    body: JSON.stringify(body),
  });

  expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  expect(await world.record(runId)).toMatchObject({ status: 'awaiting_approval' });
});

it('shows the fleet, one run, and kills it', async () => {
  const { runId } = await begin();
  const path = { runId };

  const live = await call('GET /v1/runs', { token: 'olga', query: { workspaceId: workspaceId() } });
  const killed = await call('POST /v1/runs/{runId}/kill', { token: 'olga', path });
  const ended = await call('GET /v1/runs', { token: 'olga', query: { workspaceId: workspaceId(), status: 'ended' } });

  expect(live.body.data).toMatchObject([{ id: runId, status: 'queued' }]);
  expect(killed).toMatchObject({ status: 200, body: { id: runId, status: 'cancelled' } });
  expect(ended.body.data).toMatchObject([{ id: runId, status: 'cancelled' }]);
  expect(await call('GET /v1/runs/{runId}', { token: 'sven', path })).toMatchObject({ status: 404 });
  expect(await world.types(threadStream((await world.record(runId)).threadId))).toContain('run.cancelled');
});

it('gives out the whole of an output that was too long for an event', async () => {
  const { threadId } = await begin();
  await world.deps.blobs.put(`threads/${threadId}/blobs/run_1-1.0`, 'long');
  const key = 'GET /v1/threads/{threadId}/blobs/{blobId}';

  expect(await call(key, { token: 'olga', path: { threadId, blobId: 'run_1-1.0' } })).toEqual({
    status: 200,
    body: { text: 'long' },
  });
  expect(await call(key, { token: 'olga', path: { threadId, blobId: '../secret' } })).toMatchObject({ status: 400 });
  expect(await call(key, { token: 'sven', path: { threadId, blobId: 'run_1-1.0' } })).toMatchObject({ status: 404 });
});
