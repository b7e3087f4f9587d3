import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import { startSupabase, type TestSupabase } from '../../local/supabase/start-for-test.ts';

/** Whoever may try: three roles of one workspace, two who are in none of it, and two without a valid token. */
export const signedInActors = ['owner', 'admin', 'member', 'stranger', 'anonymous'] as const;
export const actors = [...signedInActors, 'no token', 'expired token'] as const;
export type Actor = (typeof actors)[number];

const sessionOptions = { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } };

/** A client with only the publishable key: nobody is signed in. */
export function keyOnlyClient(supabase: TestSupabase): SupabaseClient {
  return createClient(supabase.url, supabase.publishableKey, sessionOptions);
}

export function serviceClient(supabase: TestSupabase): SupabaseClient {
  return createClient(supabase.url, supabase.secretKey, sessionOptions);
}

function clientWithToken(supabase: TestSupabase, token: string): SupabaseClient {
  return createClient(supabase.url, supabase.publishableKey, { ...sessionOptions, accessToken: async () => token });
}

/** A token as the platform mints them for itself, with claims added or replaced. */
function mintToken(supabase: TestSupabase, claims: Record<string, unknown>): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    iss: `${supabase.url}/auth/v1`,
    aud: 'authenticated',
    role: 'authenticated',
    iat: now,
    exp: now + 900,
    ...claims,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(supabase.jwtSecret));
}

/** A `thr_…`, `run_…` or `itm_…` from a number, for rows that a test names itself. */
export function idOf(prefix: string, number: number): string {
  return `${prefix}_${String(number).padStart(26, '0')}`;
}

/** Throws what PostgREST answered instead of returning it, for arranging. */
export async function must<Data>(request: PromiseLike<{ data: Data; error: unknown }>): Promise<NonNullable<Data>> {
  const { data, error } = await request;
  if (error || data === null || data === undefined) throw new Error(`could not arrange: ${JSON.stringify(error)}`);
  return data;
}

/** A company with an owner, an admin and a member, whose thread has a run and an item; and people who do not belong to it. */
export interface Company {
  readonly supabase: TestSupabase;
  readonly service: SupabaseClient;
  readonly clients: Record<Actor, SupabaseClient>;
  readonly userIds: Record<Actor, string>;
  readonly workspaceId: string;
  readonly agentId: string;
  readonly threadId: string;
  /** A client with a token that the platform minted for the actor, with more claims. */
  clientWith(actor: Actor, claims: Record<string, unknown>): Promise<SupabaseClient>;
  /** A client with the token of a run on a thread. */
  runClient(actor: Actor, threadId: string): Promise<SupabaseClient>;
}

export async function startCompany(): Promise<Company> {
  const supabase = await startSupabase();
  const service = serviceClient(supabase);
  const signUp = async (name: string): Promise<string> => {
    const { data, error } = await service.auth.admin.createUser({
      email: `${name}@example.com`,
      user_metadata: { name },
    });
    if (!data.user) throw new Error(`could not arrange ${name}: ${error?.message}`);
    return data.user.id;
  };
  const anonymous = keyOnlyClient(supabase);
  const { data: anonymousSession } = await anonymous.auth.signInAnonymously();
  const [owner, admin, member] = [await signUp('owner'), await signUp('admin'), await signUp('member')];
  const userIds: Record<Actor, string> = {
    owner,
    admin,
    member,
    stranger: await signUp('stranger'),
    anonymous: anonymousSession.user?.id ?? '',
    'no token': member,
    'expired token': member,
  };
  const as = async (actor: Actor, claims = {}) =>
    clientWithToken(supabase, await mintToken(supabase, { sub: userIds[actor], ...claims }));
  const clients: Record<Actor, SupabaseClient> = {
    owner: await as('owner'),
    admin: await as('admin'),
    member: await as('member'),
    stranger: await as('stranger'),
    anonymous,
    'no token': keyOnlyClient(supabase),
    'expired token': await as('expired token', { exp: Math.floor(Date.now() / 1000) - 60 }),
  };

  const workspace = await must(
    service.from('workspaces').insert({ name: 'Acme', kind: 'company', created_by: owner }).select().single(),
  );
  const roles = { owner, admin, member };
  const memberships = Object.entries(roles).map(([role, user_id]) => ({ workspace_id: workspace.id, user_id, role }));
  await must(service.from('members').insert(memberships).select());
  const agent = await must(
    service.from('agents').insert({ workspace_id: workspace.id, name: 'Helper' }).select().single(),
  );
  const thread = await must(
    service
      .from('threads')
      .insert({ workspace_id: workspace.id, agent_id: agent.id, user_id: member, title: 'Plan' })
      .select()
      .single(),
  );
  const arranged = [
    await clients.owner.rpc('create_invitation', {
      p_workspace_id: workspace.id,
      p_email: 'invited@example.com',
      p_role: 'member',
      p_token_hash: 'a'.repeat(64),
      p_expires_at: '2099-01-01T00:00:00Z',
    }),
    await clients.owner.rpc('create_api_key', {
      p_id: idOf('key', 1),
      p_workspace_id: workspace.id,
      p_name: 'Website',
      p_scopes: ['read', 'run'],
      p_hash: 'b'.repeat(64),
      p_last_four: 'abcd',
    }),
    await (await as('owner', { troupe_access: 'platform' })).rpc('put_credential', {
      p_id: idOf('crd', 1),
      p_workspace_id: workspace.id,
      p_user_id: null,
      p_provider: 'openai',
      p_label: null,
      p_base_url: null,
      p_last_four: 'abcd',
      p_validated_at: '2026-11-21T09:00:00Z',
      p_sealed: { ciphertext: 'c2VhbGVk', keyId: 'key-1' },
    }),
    await clients.member.from('user_settings').insert({ user_id: member, theme: 'light' }),
  ];
  for (const { error } of arranged) if (error) throw new Error(`could not arrange: ${error.message}`);
  const runClient = (actor: Actor, threadId: string) => as(actor, { troupe_thread_id: threadId });
  const ids = { workspaceId: workspace.id, agentId: agent.id, threadId: thread.id };
  const { error } = await (await runClient('member', thread.id)).rpc(
    'project_thread',
    aProjection({ threadId: thread.id }),
  );
  if (error) throw new Error(`could not arrange: ${error.message}`);
  return { supabase, service, clients, userIds, ...ids, clientWith: as, runClient };
}

/** One run with one item; `number` makes their ids. */
export function aProjection({
  threadId,
  number = 1,
  seq = 2,
  checkpointSeq = 3,
  text = 'Hello',
}: {
  threadId: string;
  number?: number;
  seq?: number;
  checkpointSeq?: number;
  text?: string;
}) {
  const createdAt = '2026-11-21T09:00:00.000Z';
  const [runId, itemId] = [idOf('run', number), idOf('itm', number)];
  return {
    p_thread_id: threadId,
    p_runs: [
      {
        id: runId,
        status: 'completed',
        queuedSeq: 1,
        inputItemId: itemId,
        usage: { outputTokens: 7 },
        createdAt,
        finishedAt: createdAt,
      },
    ],
    p_items: [{ id: itemId, runId, runSeq: 1, seq, type: 'user_message', payload: { id: itemId, text }, createdAt }],
    p_checkpoint_seq: checkpointSeq,
  };
}
