import { randomUUID } from 'node:crypto';
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

async function ask<Answer>(userId: string, sql: string, parameters: unknown[] = []): Promise<Answer | undefined> {
  const claims = JSON.stringify({ sub: userId });
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
