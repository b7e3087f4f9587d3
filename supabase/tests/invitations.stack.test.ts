import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../local/supabase/database.ts';
import { prepareFolder } from '../../local/supabase/start-for-test.ts';

/** Accounts as only a hosted project has them: with an address that nobody has confirmed. */
let database: Database;
const dataDir = mkdtempSync(join(tmpdir(), 'troupe-invitations-'));
beforeAll(async () => {
  await prepareFolder(dataDir);
  database = await openDatabase({
    dataDir,
    jwtSecret: 'only for this test, and nobody signs in',
    publishableKey: 'sb_publishable_invitations0000',
    secretKey: 'sb_secret_invitations0000',
    siteUrl: 'http://127.0.0.1',
  });
});
afterAll(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function signUp(email: string, confirmedAt: string | null): Promise<string> {
  const id = randomUUID();
  await database.query('insert into auth.users (id, email, email_confirmed_at) values ($1, $2, $3)', [
    id,
    email,
    confirmedAt,
  ]);
  return id;
}

async function ask<Answer>(
  userId: string,
  sql: string,
  parameters: unknown[] = [],
  more: Record<string, string> = {},
): Promise<Answer | undefined> {
  const claims = JSON.stringify({ sub: userId, ...more });
  await database.query(
    `select set_config('request.jwt.claims', $1, false), set_config('request.jwt.claim.sub', $2, false)`,
    [claims, userId],
  );
  const [row] = await database.query<{ answer: Answer }>(`select ${sql} as answer`, parameters);
  return row?.answer;
}

interface Outcome {
  readonly outcome: string;
  readonly workspaceId?: string;
}

it('an invitation to an address does nothing for an account that has not confirmed it', async () => {
  const at = '2026-11-21T09:00:00Z';
  const owner = await signUp('owner@example.com', at);
  const [thief, guest] = [await signUp('guest@example.com', null), await signUp('Guest@example.com', at)];
  const made = await ask<Outcome>(owner, `public.create_workspace('Acme', 'company')`);
  expect(made?.outcome).toBe('ok');
  const given = [made?.workspaceId, 'Guest@Example.com', 'admin', 'c'.repeat(64)];
  const invited = await ask<Outcome & { invitation: { id: string } }>(
    owner,
    `public.create_invitation($1, $2, $3, $4, now() + interval '1 day')`,
    given,
  );
  const byId = [invited?.invitation.id];

  const listed = await ask(thief, 'public.my_invitations()');
  const stolen = await ask<Outcome>(thief, 'public.accept_invitation(null, $1)', byId);
  const byLink = await ask<Outcome>(thief, 'public.accept_invitation($1)', ['c'.repeat(64)]);
  const accepted = await ask<Outcome>(guest, 'public.accept_invitation(null, $1)', byId);

  expect(listed).toEqual([]);
  expect([stolen?.outcome, byLink?.outcome, accepted?.outcome]).toEqual(['not_found', 'forbidden', 'ok']);
});

/** What the platform's tokens claim. */
const platform = { troupe_access: 'platform' };
const at = '2026-11-21T09:00:00Z';
const companyOf = async (owner: string) =>
  (await ask<Outcome>(owner, `public.create_workspace('Acme', 'company')`))?.workspaceId ?? '';

async function addMember(workspaceId: string, email: string, role: string) {
  const userId = await signUp(email, at);
  await database.query('insert into public.members (workspace_id, user_id, role) values ($1, $2, $3)', [
    workspaceId,
    userId,
    role,
  ]);
  return userId;
}

/** As the API asks for it, for an address. */
async function inviteByMail(userId: string, workspaceId: string, email: string, claims: Record<string, string>) {
  const token = randomBytes(32).toString('hex');
  const sql = `public.create_invitation($1, $2, 'member', $3, now() + interval '1 day', null, true)`;
  const answer = await ask<{ invitation: { id: string; mail: string | null } }>(
    userId,
    sql,
    [workspaceId, email, token],
    claims,
  );
  return answer?.invitation;
}

it('invitations are told by mail through the platform only, fifty a day of a person, whatever becomes of them', async () => {
  const owner = await signUp('mails@example.com', at);
  const [first, second] = [await companyOf(owner), await companyOf(owner)];

  const past = await inviteByMail(owner, first, 'a@example.com', {});
  const mailed = [];
  for (let count = 0; count < 50; count += 1)
    mailed.push((await inviteByMail(owner, first, `guest${count}@example.com`, platform))?.mail);
  await ask(owner, `public.delete_workspace($1, 'Acme', true)`, [first]);
  const over = await inviteByMail(owner, second, 'b@example.com', platform);
  await database.query(`update private.invitation_mails set created_at = now() - interval '25 hours'`);
  const tomorrow = await inviteByMail(owner, second, 'c@example.com', platform);

  expect(new Set(mailed)).toEqual(new Set(['queued']));
  expect([past?.mail, over?.mail, tomorrow?.mail]).toEqual([null, null, 'queued']);
});

it.each(['a@b@example.com', 'a b@example.com', 'a@example.com,b@example.com', '"<a>"@example.com', 'a@e.com\n\nHello'])(
  'nobody is invited by %j, which is no plain address',
  async (email) => {
    const owner = await signUp(`${randomUUID()}@example.com`, at);

    await expect(inviteByMail(owner, await companyOf(owner), email, platform)).rejects.toThrow('no address');
  },
);

it('what somebody and their key have invited is closed when their account is deleted', async () => {
  const owner = await signUp('stays@example.com', at);
  const workspaceId = await companyOf(owner);
  const leaving = await addMember(workspaceId, 'leaves@example.com', 'admin');
  const [key] = await database.query<{ id: string }>(
    `insert into public.api_keys (id, workspace_id, created_by, name, scopes, last_four)
     values (public.troupe_id('key'), $1, $2, 'K', '{manage}', 'abcd') returning id`,
    [workspaceId, leaving],
  );
  const byKey = { ...platform, troupe_api_key_id: key?.id ?? '', troupe_max_role: 'admin' };
  const invited = [
    await inviteByMail(leaving, workspaceId, 'one@example.com', platform),
    await inviteByMail(leaving, workspaceId, 'two@example.com', byKey),
    await inviteByMail(owner, workspaceId, 'three@example.com', platform),
  ];

  await database.query('delete from auth.users where id = $1', [leaving]);

  const rows = await database.query<{ id: string; open: boolean }>(
    'select id, revoked_at is null as open from public.invitations where workspace_id = $1',
    [workspaceId],
  );
  expect(invited.map((each) => rows.find(({ id }) => id === each?.id)?.open)).toEqual([false, false, true]);
});

it('an export is in the audit log whichever page it begins with, once an hour', async () => {
  const owner = await signUp('exports@example.com', at);
  const workspaceId = await companyOf(owner);
  const started = `select count(*)::int as count from public.audit_log where action = 'workspace.export_started' and workspace_id = $1`;
  const counts = [];
  for (const table of ['threads', 'members', null]) {
    await ask(owner, 'public.export_workspace($1, $2)', [workspaceId, table]);
    counts.push((await database.query<{ count: number }>(started, [workspaceId]))[0]?.count);
  }
  await database.query(`update public.audit_log set created_at = now() - interval '2 hours' where workspace_id = $1`, [
    workspaceId,
  ]);
  await ask(owner, `public.export_workspace($1, 'threads')`, [workspaceId]);

  expect(counts).toEqual([1, 1, 1]);
  expect(await database.query(started, [workspaceId])).toEqual([{ count: 2 }]);
});

it('only an owner in person says where content is kept, and none of it is left behind unasked', async () => {
  const owner = await signUp('keeps@example.com', at);
  const workspaceId = await companyOf(owner);
  const admin = await addMember(workspaceId, 'administers@example.com', 'admin');
  const byKey = { ...platform, troupe_api_key_id: 'key_00000000000000000000000000', troupe_max_role: 'admin' };
  const put = (userId: string, claims: Record<string, string>, url = 'https://a.example', isCopy = false) =>
    ask(
      userId,
      `public.put_own_project(public.troupe_id('crd'), $1, $2, 'abcd', now(), null, $3)`,
      [workspaceId, url, isCopy],
      claims,
    );
  const asCredential = (userId: string) =>
    ask(
      userId,
      `public.put_credential(public.troupe_id('crd'), $1, null, 'supabase_project', null, 'https://a.example', 'abcd', now(), null)`,
      [workspaceId],
      platform,
    );
  const remove = (userId: string, claims: Record<string, string>, abandon = false) =>
    ask(userId, 'public.remove_own_project($1, $2)', [workspaceId, abandon], claims);

  expect([await put(admin, platform), await put(owner, byKey), await put(owner, {})]).toEqual(
    Array(3).fill('forbidden'),
  );
  expect([await asCredential(admin), await asCredential(owner)]).toEqual(['forbidden', 'forbidden']);
  expect([await put(owner, platform), await put(owner, platform, 'https://b.example')]).toEqual(['ok', 'ok']);
  await addThread(workspaceId, owner);
  expect([await put(owner, platform), await put(owner, platform, 'https://b.example')]).toEqual(['in_use', 'ok']);
  expect(await put(owner, platform, 'https://a.example', true)).toBe('ok');
  expect([await remove(admin, platform, true), await remove(owner, byKey, true)]).toEqual(['forbidden', 'forbidden']);
  expect([await remove(owner, platform), await remove(owner, platform, true)]).toEqual(['in_use', 'ok']);
});

it('a project takes the memories of an agent in as they are, and lets go what was deleted since', async () => {
  const owner = await signUp('moves@example.com', at);
  const workspaceId = await companyOf(owner);
  await addThread(workspaceId, owner);
  const [agent] = await database.query<{ id: string }>('select id from public.agents where workspace_id = $1', [
    workspaceId,
  ]);
  const row = (path: string, content: string) => ({
    agent_id: agent?.id,
    path,
    content,
    created_at: at,
    updated_at: at,
  });
  const move = (call: string, rows: unknown[]) =>
    ask(owner, `public.${call}($1::jsonb)`, [JSON.stringify(rows)], {
      ...platform,
      troupe_system: 'project_move',
      troupe_project_workspace_id: workspaceId,
    });
  const kept = async () =>
    (
      await database.query<{ path: string }>('select path from public.memories where agent_id = $1 order by path', [
        agent?.id,
      ])
    ).map(({ path }) => path);
  await database.query('insert into private.data_project (workspace_id) values ($1)', [workspaceId]);

  await move('take_memories', [row('a.md', 'A'), row('b.md', 'B'), row('c.md', 'C')]);
  await move('take_memories', [row('b.md', 'B'), row('c.md', 'C')]);
  const afterDeleting = await kept();
  await move('drop_memories', [row('b.md', 'B'), row('c.md', 'older')]);
  await database.query('delete from private.data_project');

  expect([afterDeleting, await kept()]).toEqual([['b.md', 'c.md'], ['c.md']]);
});

it('what other stores hold of a deleted workspace is noted by the transaction that deletes it', async () => {
  const owner = await signUp('deletes@example.com', '2026-11-21T09:00:00Z');
  const made = await ask<Outcome>(owner, `public.create_workspace('Gone', 'company')`);
  const threadId = await addThread(made?.workspaceId ?? '', owner);
  const due = (system: string | null) => asPlatform<unknown[]>(system, 'public.due_purges(100)');

  expect(await ask(owner, `public.delete_workspace($1, 'Gone', true)`, [made?.workspaceId])).toBe('ok');
  const early = await due('purges');
  await database.query(`update private.purges set due_at = now() - interval '1 minute'`);
  const [forOthers, forPeople, late] = [await due('api_keys'), await due(null), await due('purges')];
  const handedOut = await due('purges');
  await database.query(`update private.purges set due_at = now() - interval '1 minute'`);
  await asPlatform('purges', `public.finish_purge('thread', $1)`, [threadId]);

  const thread = { kind: 'thread', subject: threadId };
  const workspace = { kind: 'workspace', subject: made?.workspaceId };
  expect([early, forOthers, forPeople]).toEqual([[], [], []]);
  expect(late).toEqual(expect.arrayContaining([thread, workspace]));
  expect(handedOut).toEqual([]);
  const left = await due('purges');
  expect(left).toContainEqual(workspace);
  expect(left).not.toContainEqual(thread);
});

it('a data project notes nothing: the platform does', async () => {
  const owner = await signUp('elsewhere@example.com', '2026-11-21T09:00:00Z');
  const made = await ask<Outcome>(owner, `public.create_workspace('Elsewhere', 'company')`);
  const threadId = await addThread(made?.workspaceId ?? '', owner);
  await database.query('insert into private.data_project (workspace_id) values ($1)', [made?.workspaceId]);

  await database.query('delete from public.threads where id = $1', [threadId]);

  await database.query('delete from private.data_project where true');
  expect(await database.query('select from private.purges where subject = $1', [threadId])).toEqual([]);
});

/** With an agent to talk to. */
async function addThread(workspaceId: string, userId: string) {
  const [agent] = await database.query<{ id: string }>(
    `insert into public.agents (workspace_id, name) values ($1, 'Ada') returning id`,
    [workspaceId],
  );
  const [thread] = await database.query<{ id: string }>(
    'insert into public.threads (workspace_id, user_id, agent_id) values ($1, $2, $3) returning id',
    [workspaceId, userId, agent?.id],
  );
  return thread?.id;
}

/** In the name of the platform itself, for one purpose. */
async function asPlatform<Answer>(purpose: string | null, sql: string, parameters: unknown[] = []) {
  const claims = purpose ? { troupe_access: 'platform', troupe_system: purpose } : {};
  await database.query(`select set_config('request.jwt.claims', $1, false)`, [JSON.stringify(claims)]);
  const [row] = await database.query<{ answer: Answer }>(`select ${sql} as answer`, parameters);
  return row?.answer;
}
