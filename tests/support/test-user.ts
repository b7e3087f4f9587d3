import { randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { z } from 'zod';
import type { Agent } from '#core/protocol/agent.ts';
import { type RouteKey, routes } from '#core/protocol/routes.ts';
import type { Workspace } from '#core/protocol/workspace.ts';
import type { TestStack } from './test-stack.ts';

type Reply<Key extends RouteKey> = z.infer<(typeof routes)[Key]['reply']>;

export interface TestUser {
  /** The user's own session with Supabase. */
  readonly supabase: SupabaseClient;
  readonly token: string;
  readonly userId: string;
  readonly workspace: Workspace;
  /** The agents that every new user gets, by name. */
  readonly agents: Readonly<Record<string, Agent>>;
  /** Calls a route, expects its status, and parses its reply by its schema. */
  call<Key extends RouteKey>(key: Key, input?: CallInput): Promise<Reply<Key>>;
  /** Calls a route and gives the answer as it is. */
  request(key: RouteKey, input?: CallInput): Promise<{ status: number; body: unknown }>;
}

interface CallInput {
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  /** Instead of the user's own; empty for none. */
  readonly token?: string;
}

/** Signs in an anonymous user, as the web client does for a newcomer; with an address, signs one up by e-mail and password. */
export async function newUser(
  stack: Pick<TestStack, 'url' | 'supabaseUrl' | 'publishableKey'>,
  account?: { email: string; password: string },
): Promise<TestUser> {
  const supabase = createClient(stack.supabaseUrl, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { data, error } = account ? await supabase.auth.signUp(account) : await supabase.auth.signInAnonymously();
  if (error || !data.session) throw error ?? new Error('no session');
  const { access_token: token, user } = data.session;

  async function request(key: RouteKey, { path = {}, query, body, token: other = token }: CallInput = {}) {
    const [method = '', template = ''] = key.split(' ');
    const url = new URL(
      template.replaceAll(/\{(\w+)\}/g, (_, name: string) => path[name] ?? ''),
      stack.url,
    );
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const answer = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...(other && { authorization: `Bearer ${other}` }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  async function call<Key extends RouteKey>(key: Key, input?: CallInput): Promise<Reply<Key>> {
    const { status, body } = await request(key, input);
    if (status !== routes[key].status) throw new Error(`${key} answered ${status}: ${JSON.stringify(body)}`);
    return routes[key].reply.parse(body) as Reply<Key>;
  }

  const [workspace] = (await call('GET /v1/workspaces')).data;
  if (!workspace) throw new Error('a new user has no workspace');
  const { data: agents } = await call('GET /v1/agents', { query: { workspaceId: workspace.id } });
  return {
    supabase,
    token,
    userId: user.id,
    workspace,
    agents: Object.fromEntries(agents.map((agent) => [agent.name, agent])),
    call,
    request,
  };
}

export const newRequestId = (): string => randomUUID();
