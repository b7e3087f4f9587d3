import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { SignJWT } from 'jose';
import { createS3BlobStore } from '#adapters/aws/s3-blob-store.ts';
import { audience, issuerOf } from '#adapters/supabase/token-verifier.ts';
import { blobKey } from '#core/domain/tool-output.ts';
import type { Agent } from '#core/protocol/agent.ts';
import type { AnyEnvelope } from '#core/protocol/event.ts';
import type { ThreadId, WorkspaceId } from '#core/protocol/ids.ts';
import type { ApprovalItem, ToolCallItem } from '#core/protocol/item.ts';
import type { RunAccepted } from '#core/protocol/socket.ts';
import type { ApiKeyScope } from '#core/protocol/workspace.ts';
import { fold } from '../support/fold.ts';
import { grantForGood } from '../support/grant-for-good.ts';
import { join, newCompany, newNamedUser, type TestCompany } from '../support/test-company.ts';
import { connect, type TestSocket } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newRequestId, newUser, type TestUser } from '../support/test-user.ts';
import { startQuotingModel } from './quoting-model.ts';

/** Whoever calls, in a world where Acme has `owner`, `admin` and `member`, and `foreignAdmin` belongs to Globex. */
export const actors = [
  'owner',
  'admin',
  'member',
  'stranger',
  'foreignAdmin',
  'anonymous',
  /** Was a member until a moment ago, and has a socket from then that is still open. */
  'revoked',
  'noToken',
  'expiredToken',
  'readKey',
  'runKey',
  'manageKey',
  'foreignKey',
] as const;
export type Actor = (typeof actors)[number];

/** Acme with one thing of each kind. Threads, runs and keys are its admin's. */
export type World = Awaited<ReturnType<typeof createWorld>>;

export async function createWorld() {
  const stack = await startTestStack({ workerEnv: { DEMO_TOKENS_PER_SECOND: '3000' } });
  const model = await startQuotingModel();
  const acme = await newCompany(stack);
  const { workspaceId, owner, admin } = acme;
  const path = { workspaceId };
  const foreignAdmin = await newNamedUser(stack);
  const globexOwner = await newNamedUser(stack);
  const globex = await globexOwner.call('POST /v1/workspaces', { body: { name: 'Globex', kind: 'company' } });
  await join(globex.id, globexOwner, foreignAdmin, 'admin');

  const newAgent = async (draft: Record<string, unknown> = {}): Promise<Agent> =>
    admin.call('POST /v1/agents', { body: { workspaceId, name: 'Ada', ...draft } });
  const agent = await newAgent({
    tools: ['current_time', 'ask_user'],
    toolPolicies: { current_time: { approval: 'always' } },
  });
  const runs = await startRuns(stack, admin, agent);
  const { data: catalog } = await admin.call('GET /v1/catalog/agents');
  const catalogAgentId = catalog[0]?.id ?? '';
  await admin.call('POST /v1/catalog/agents/{catalogAgentId}/hire', {
    path: { catalogAgentId },
    body: { workspaceId },
  });
  const blobId = 'call_1';
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint: stack.parts.s3.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
  });
  await createS3BlobStore({ client: s3, bucket: 'troupe-blobs' }).put(
    blobKey(runs.thread.threadId, blobId),
    'All of it.',
  );

  const { revoked, revokedSocket } = await newRevoked(stack, acme);

  const grantTool = async () => {
    const tool = `tool_${randomUUID()}`;
    await grantForGood(stack, admin, agent, tool);
    return tool;
  };
  return {
    ...acme,
    stack,
    /** A tool that the admin does not want to be asked about again. */
    grantedTool: await grantTool(),
    grantTool,
    model,
    revokedSocket,
    agent,
    catalogAgentId,
    blobId,
    ...runs,
    tokens: {
      owner: owner.token,
      admin: admin.token,
      member: acme.member.token,
      stranger: acme.stranger.token,
      foreignAdmin: foreignAdmin.token,
      anonymous: (await newUser(stack)).token,
      revoked: revoked.token,
      noToken: '',
      expiredToken: await expiredToken(stack, admin.userId),
      readKey: await newKey(admin, workspaceId, ['read']),
      runKey: await newKey(admin, workspaceId, ['read', 'run']),
      manageKey: await newKey(admin, workspaceId, ['read', 'run', 'manage']),
      foreignKey: await newKey(foreignAdmin, globex.id, ['read', 'run', 'manage']),
    } satisfies Record<Actor, string>,
    /** Another agent that may be dismissed and rehired. */
    spare: await newAgent({ name: 'Bo' }),
    rule: await admin.call('POST /v1/rules', { body: { workspaceId, kind: 'always', text: 'Be kind.' } }),
    skill: await newSkill(admin, workspaceId),
    memory: await admin.call('PATCH /v1/agents/{agentId}/memory', {
      path: { agentId: agent.id },
      body: { path: 'notes.md', content: 'The sky is blue.' },
    }),
    credential: await admin.call('POST /v1/credentials', {
      body: { workspaceId, provider: 'openai-compatible', apiKey: someKey, baseUrl: model.url },
    }),
    budget: await admin.call('PUT /v1/workspaces/{workspaceId}/budgets', {
      path,
      body: { scope: { kind: 'workspace' }, period: 'total', limitUsd: 1_000 },
    }),
    price: await newPrice(admin, workspaceId),
    ...(await invitations(admin, workspaceId)),
    newAgent,
    newThread: (): Promise<{ id: ThreadId }> => admin.call('POST /v1/threads', { body: { agentId: agent.id } }),
    async newMember() {
      const guest = await newNamedUser(stack);
      await join(workspaceId, owner, guest, 'member');
      return guest;
    },
    async stop() {
      s3.destroy();
      revokedSocket.cut();
      await stack.stop();
      await model.stop();
    },
  };
}

/** Removed past the API, which would have closed their socket. */
async function newRevoked(stack: TestStack, { workspaceId, owner }: TestCompany) {
  const revoked = await newNamedUser(stack);
  await join(workspaceId, owner, revoked, 'member');
  const revokedSocket = await connect(stack.socketUrl, { token: revoked.token });
  const stream = `workspace:${workspaceId}`;
  await revokedSocket.askOk({ type: 'subscribe', stream, after: 0 });
  const removed = await fetch(new URL('/rest/v1/rpc/remove_member', stack.supabaseUrl), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      apikey: stack.publishableKey,
      authorization: `Bearer ${owner.token}`,
    },
    body: JSON.stringify({ p_workspace_id: workspaceId, p_user_id: revoked.userId }),
  });
  if ((await removed.json()) !== 'ok') throw new Error('could not arrange: they belong there still');
  return { revoked, revokedSocket };
}

/** Of a model provider. */
export const someKey = 'key-of-acme-0123456789';

export async function newKey(user: TestUser, workspaceId: WorkspaceId, scopes: ApiKeyScope[]): Promise<string> {
  const path = { workspaceId };
  return (await user.call('POST /v1/workspaces/{workspaceId}/api-keys', { path, body: { name: 'CI', scopes } })).secret;
}

export const newSkill = (user: TestUser, workspaceId: WorkspaceId) =>
  user.call('POST /v1/skills', {
    body: { workspaceId, name: `skill-${randomUUID()}`, description: 'How to.', content: '# How to' },
  });

export const somePrice = () => ({
  model: `demo/${randomUUID()}`,
  validFrom: '2026-01-01',
  input: 1,
  cachedInput: 1,
  output: 1,
});

export const newPrice = (user: TestUser, workspaceId: WorkspaceId) =>
  user.call('PUT /v1/workspaces/{workspaceId}/prices', { path: { workspaceId }, body: somePrice() });

async function invitations(admin: TestUser, workspaceId: WorkspaceId) {
  const invite = (body: Record<string, unknown>) =>
    admin.call('POST /v1/workspaces/{workspaceId}/invitations', { path: { workspaceId }, body });
  const link = await invite({});
  const addressed = await invite({ email: `${randomUUID()}@example.com` });
  return { invitation: link.invitation, invitationToken: link.token, addressed: addressed.invitation };
}

/** What was a good token of this person, an hour ago. */
const expiredToken = ({ supabaseUrl, jwtSecret }: TestStack, userId: string): Promise<string> =>
  new SignJWT({ role: 'authenticated', is_anonymous: false })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(issuerOf(supabaseUrl))
    .setAudience(audience)
    .setSubject(userId)
    .setIssuedAt(Math.floor(Date.now() / 1000) - 7_200)
    .setExpirationTime(Math.floor(Date.now() / 1000) - 3_600)
    .sign(new TextEncoder().encode(jwtSecret));

const waits = (events: AnyEnvelope[]) => events.some(({ event }) => event.type === 'run.awaiting');

/** Runs that wait: `thread` and `toDecide` for an approval, `toAnswer` for a client, and one each to be ended. */
async function startRuns(stack: TestStack, admin: TestUser, agent: Agent) {
  const socket = await connect(stack.socketUrl, { token: admin.token });
  const start = (text: string) => startWaiting(socket, agent, text);
  const [thread, toDecide, toCancel, toKill, toAnswer] = await Promise.all([
    ...[1, 2, 3, 4].map(() => start('What time is it?')),
    start('Ask me something'),
  ]);
  await socket.close();
  if (!thread || !toDecide || !toCancel || !toKill || !toAnswer) throw new Error('a run did not start');
  return { thread, toDecide, toCancel, toKill, toAnswer };
}

/** Starts a run on a new thread, and waits until it waits for somebody. */
export async function startWaiting(socket: TestSocket, agent: Agent, text: string) {
  const { run } = await socket.askOk({
    type: 'run.start',
    agentId: agent.id,
    input: { text },
    clientRequestId: newRequestId(),
  });
  const { threadId, runId }: RunAccepted = run ?? fail('the reply names no run');
  const stream = `thread:${threadId}` as const;
  await socket.askOk({ type: 'subscribe', stream, after: 0 });
  const { items } = fold(await socket.until(stream, waits));
  const approval = items.find((item): item is ApprovalItem => item.type === 'approval');
  const call = items.find((item): item is ToolCallItem => item.type === 'tool_call');
  return { threadId, runId, approvalId: approval?.approvalId ?? '', callId: call?.id ?? '' };
}

function fail(message: string): never {
  throw new Error(message);
}
