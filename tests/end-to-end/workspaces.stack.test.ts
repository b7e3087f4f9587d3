import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newCompany, newNamedUser, password, type TestCompany } from '../support/test-company.ts';
import { connect } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newUser } from '../support/test-user.ts';

let stack: TestStack;
let acme: TestCompany;

beforeAll(async () => {
  stack = await startTestStack({ workers: 0, api: { sweepEveryMs: 500 } });
});
afterAll(() => stack?.stop());
beforeEach(async () => {
  acme = await newCompany(stack);
});

const members = 'GET /v1/workspaces/{workspaceId}/members';
const oneMember = 'DELETE /v1/workspaces/{workspaceId}/members/{userId}';
const keys = 'POST /v1/workspaces/{workspaceId}/api-keys';

describe('a person', () => {
  it('who gives an address keeps everything, and is not anonymous any more', async () => {
    const user = await newUser(stack);
    const before = await user.call('GET /v1/me');
    const refused = await user.request('POST /v1/workspaces', { body: { name: 'Mine', kind: 'company' } });

    const email = `${crypto.randomUUID()}@example.com`;
    await user.supabase.auth.updateUser({ email, password });
    const { data } = await user.supabase.auth.refreshSession();
    const token = data.session?.access_token ?? '';

    const after = await user.call('GET /v1/me', { token });
    const made = await user.call('POST /v1/workspaces', { token, body: { name: 'Mine', kind: 'company' } });
    expect(before).toMatchObject({ isAnonymous: true, email: null, identities: [] });
    expect(refused).toMatchObject({ status: 403 });
    expect(after).toEqual({ ...before, isAnonymous: false, email, identities: [{ provider: 'email', email }] });
    expect(made).toMatchObject({ name: 'Mine', role: 'owner' });
    expect((await user.call('GET /v1/workspaces', { token })).data).toHaveLength(2);
  });

  it('changes their profile and settings', async () => {
    const { member } = acme;

    await member.call('PATCH /v1/me', { body: { name: 'Max', settings: { theme: 'dark', timezone: 'Asia/Tokyo' } } });
    const wrong = await member.request('PATCH /v1/me', { body: { settings: { timezone: 'Mars/Base' } } });

    expect(await member.call('GET /v1/me')).toMatchObject({
      name: 'Max',
      settings: { theme: 'dark', timezone: 'Asia/Tokyo', notifications: {} },
    });
    expect(wrong.status).toBe(400);
  });

  it('is known by the cookie of a page of ours, and not of another’s', async () => {
    const session = Buffer.from(JSON.stringify({ access_token: acme.member.token })).toString('base64url');
    const cookie = `sb-${new URL(stack.supabaseUrl).hostname.split('.')[0]}-auth-token=base64-${session}`;
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${stack.url}/v1/me`, { headers: { cookie, ...headers } })).status;

    expect(await ask({ 'x-troupe-csrf': '1', 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await ask({ 'x-troupe-csrf': '1', 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'same-origin' })).toBe(403);
    expect(await ask({ authorization: `Bearer ${acme.member.token}`, 'x-troupe-csrf': '1' })).toBe(400);
  });

  it('who signs out everywhere is out everywhere, and can sign in again', async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const user = await newNamedUser(stack, email);
    const refreshToken = (await user.supabase.auth.getSession()).data.session?.refresh_token ?? '';
    const socket = await connect(stack.socketUrl, { token: user.token });
    const { ticket } = await user.call('POST /v1/socket-tickets');

    await user.call('POST /v1/me/sign-out-everywhere');

    await socket.closed;
    const client = createClient(stack.supabaseUrl, stack.publishableKey, { auth: { persistSession: false } });
    const refreshed = await client.auth.refreshSession({ refresh_token: refreshToken });
    const again = await client.auth.signInWithPassword({ email, password });
    expect(await user.request('GET /v1/me')).toMatchObject({ status: 401 });
    await expect(connect(stack.socketUrl, { token: user.token })).rejects.toThrow('refused: 401');
    await expect(connect(stack.socketUrl, { ticket })).rejects.toThrow('refused: 401');
    expect(refreshed.error).not.toBeNull();
    expect(again.data.user?.id).toBe(user.userId);
    await client.auth.stopAutoRefresh();
  });
});

describe('a workspace', () => {
  it('is joined by an invitation to an address, from one’s own list', async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const path = { workspaceId: acme.workspaceId };
    const asked = await acme.admin.call('POST /v1/workspaces/{workspaceId}/invitations', {
      path,
      body: { email: email.toUpperCase(), role: 'admin' },
    });
    const guest = await newNamedUser(stack, email);

    const mailed = () => stack.mailbox.mails().filter(({ to }) => to === email);
    await expect.poll(mailed, { timeout: 15_000 }).toMatchObject([{ subject: 'Invitation to Acme' }]);
    const [invitation] = (await guest.call('GET /v1/me/invitations')).data;
    const joined = await guest.call('POST /v1/invitations/accept', { body: { invitationId: invitation?.id } });

    expect(invitation).toMatchObject({ workspaceName: 'Acme', role: 'admin' });
    expect(joined).toMatchObject({ id: acme.workspaceId, role: 'admin' });
    expect(asked).toMatchObject({ mail: 'queued', invitation: { mail: 'queued' } });
    expect(mailed()[0]?.text).not.toContain(asked.token);
    expect((await guest.call(members, { path })).data).toHaveLength(4);
  });

  it('does not exist for a stranger, on any of its routes', async () => {
    const path = { workspaceId: acme.workspaceId, userId: acme.member.userId };
    const answers = await Promise.all([
      acme.stranger.request('GET /v1/workspaces/{workspaceId}', { path }),
      acme.stranger.request('PATCH /v1/workspaces/{workspaceId}', { path, body: { name: 'Mine' } }),
      acme.stranger.request(members, { path }),
      acme.stranger.request(oneMember, { path }),
      acme.stranger.request('GET /v1/workspaces/{workspaceId}/audit', { path }),
      acme.stranger.request('GET /v1/workspaces/{workspaceId}/export', { path }),
      acme.stranger.request(keys, { path, body: { name: 'K', scopes: ['read'] } }),
      acme.stranger.request('POST /v1/workspaces/{workspaceId}/invitations', { path, body: {} }),
      acme.stranger.request('POST /v1/workspaces/{workspaceId}/delete', {
        path,
        body: { name: 'Acme', withoutExport: true },
      }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  });

  it('is deleted by its owner after an export', async () => {
    const path = { workspaceId: acme.workspaceId };
    const remove = () =>
      acme.owner.request('POST /v1/workspaces/{workspaceId}/delete', { path, body: { name: 'Acme' } });
    const early = await remove();
    const agent = await acme.admin.call('POST /v1/agents', { body: { ...path, name: 'Ada' } });
    await acme.member.call('POST /v1/threads', { body: { agentId: agent.id, title: 'Only Mia’s' } });
    const titles: unknown[] = [];
    const tables = new Set<string>();
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await acme.owner.call('GET /v1/workspaces/{workspaceId}/export', {
        path,
        ...(cursor !== undefined && { query: { cursor } }),
      });
      for (const { table, row } of page.data) {
        tables.add(table);
        if (table === 'threads') titles.push(row['title']);
      }
      cursor = page.nextCursor;
    }

    const late = await remove();

    expect([early.status, late.status]).toEqual([409, 204]);
    expect(titles).toContain('Only Mia’s');
    expect([...tables]).toEqual(expect.arrayContaining(['workspaces', 'members', 'invitations', 'audit_log']));
    expect((await acme.member.call('GET /v1/workspaces')).data.map(({ name }) => name)).toEqual(['Personal']);
  });
});

describe('a member who is removed', () => {
  it('is cut off in mid-socket, and hears and sees nothing more', async () => {
    const { owner, member, workspaceId } = acme;
    const stream = `workspace:${workspaceId}` as const;
    const socket = await connect(stack.socketUrl, { token: member.token });
    const { head } = await socket.askOk({ type: 'subscribe', stream, after: 0 });

    await owner.call(oneMember, { path: { workspaceId, userId: member.userId } });
    await socket.closed;
    const again = await connect(stack.socketUrl, { token: member.token });
    const refused = await again.ask({ type: 'subscribe', stream, after: 0 });
    await again.close();

    expect(refused).toMatchObject({ type: 'error', error: { code: 'not_found' } });
    expect(socket.pushed(stream)).toHaveLength(head ?? 0);
    expect(await member.request(members, { path: { workspaceId } })).toMatchObject({ status: 404 });
    expect(
      (await owner.call('GET /v1/workspaces/{workspaceId}/audit', { path: { workspaceId } })).data[0],
    ).toMatchObject({ action: 'member.removed', actorId: owner.userId, subject: member.userId });
  });

  it('takes their API keys along', async () => {
    const { owner, admin, workspaceId } = acme;
    const { secret: token } = await admin.call(keys, { path: { workspaceId }, body: { name: 'CI', scopes: ['read'] } });
    const before = await admin.request('GET /v1/workspaces', { token });

    await owner.call(oneMember, { path: { workspaceId, userId: admin.userId } });

    expect(before).toMatchObject({ status: 200, body: { data: [{ id: workspaceId }] } });
    expect(await admin.request('GET /v1/workspaces', { token })).toMatchObject({ status: 401 });
  });
});

describe('an API key', () => {
  it('reaches its workspace by its scopes, and nothing else', async () => {
    const { admin, workspaceId } = acme;
    const path = { workspaceId };
    const { secret: token } = await admin.call(keys, { path, body: { name: 'CI', scopes: ['read', 'run'] } });
    const [helper] = Object.values(admin.agents);

    const seen = await admin.request(members, { path, token });
    const elsewhere = await admin.request('GET /v1/agents', { token, query: { workspaceId: admin.workspace.id } });
    const thread = await admin.request('POST /v1/threads', { token, body: { agentId: helper?.id } });
    const renamed = await admin.request('PATCH /v1/workspaces/{workspaceId}', { path, token, body: { name: 'X' } });
    const inPerson = await admin.request('GET /v1/me', { token });

    expect(seen.status).toBe(200);
    expect(elsewhere).toMatchObject({ body: { data: [] } });
    expect(thread.status).toBe(404);
    expect([renamed.status, inPerson.status]).toEqual([403, 403]);
  });

  it('opens a socket, which ends with the key', async () => {
    const { admin, workspaceId } = acme;
    const made = await admin.call(keys, { path: { workspaceId }, body: { name: 'CI', scopes: ['read'] } });
    const socket = await connect(stack.socketUrl, { token: made.secret });
    const user = await socket.ask({ type: 'subscribe', stream: 'user', after: 0 });
    await socket.askOk({ type: 'subscribe', stream: `workspace:${workspaceId}`, after: 0 });

    const path = { workspaceId, apiKeyId: made.apiKey.id };
    await admin.call('DELETE /v1/workspaces/{workspaceId}/api-keys/{apiKeyId}', { path });

    await socket.closed;
    expect(user).toMatchObject({ type: 'error', error: { code: 'forbidden' } });
    await expect(connect(stack.socketUrl, { token: made.secret })).rejects.toThrow('refused: 401');
  });
});
