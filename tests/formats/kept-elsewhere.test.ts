// What clients keep (cursors) and what stands in Postgres sealed (credentials), as earlier versions gave it out.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSupabaseAgentStore } from '#adapters/supabase/supabase-agent-store.ts';
import { createSupabaseBudgetStore } from '#adapters/supabase/supabase-budget-store.ts';
import { createSupabaseCatalogStore } from '#adapters/supabase/supabase-catalog-store.ts';
import { createSupabaseDirectory } from '#adapters/supabase/supabase-directory.ts';
import { createSupabaseRuleStore } from '#adapters/supabase/supabase-rule-store.ts';
import { createSupabaseSkillStore } from '#adapters/supabase/supabase-skill-store.ts';
import { createSupabaseWorkspaceStore } from '#adapters/supabase/supabase-workspace-store.ts';
import { ownProjectsOf } from '#adapters/supabase/testing.ts';
import { createKeyFileVault } from '#adapters/system/key-file-vault.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { SealedSecret, SecretContext } from '#core/ports/vault.ts';
import { sample } from './row-formats.ts';

const contentOf = (path: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/formats/${path}`, import.meta.url), 'utf8'));

afterEach(() => void vi.unstubAllGlobals());

const project = { url: 'http://127.0.0.1:9', publishableKey: 'key' };
const projects = ownProjectsOf(project);
const access = { token: 'token' } as DataAccess;
const { workspaceId, threadId, agentId } = sample;
const page = (cursor: string) => ({ workspaceId, cursor, limit: 10 });
const workspaces = createSupabaseWorkspaceStore(project, projects);
const directory = createSupabaseDirectory(project, projects, () => 0);

/** The lists that give out cursors, by the names of the frozen ones. */
const lists: Readonly<Record<string, (cursor: string) => Promise<unknown>>> = {
  threads: (cursor) => workspaces.threads(access, page(cursor)),
  items: (cursor) => workspaces.olderItems(access, threadId, cursor, 10),
  runs: (cursor) => workspaces.runs(access, { ...page(cursor), statuses: [] }),
  agents: (cursor) =>
    createSupabaseAgentStore(project, projects).list(access, { ...page(cursor), hiredOnly: false, status: 'all' }),
  versions: (cursor) => createSupabaseAgentStore(project, projects).versions(access, agentId, { cursor, limit: 10 }),
  catalog: (cursor) => createSupabaseCatalogStore(project).list(access, { ...page(cursor), hiredOnly: false }),
  skills: (cursor) => createSupabaseSkillStore(project).list(access, page(cursor)),
  rules: (cursor) => createSupabaseRuleStore(project).list(access, page(cursor)),
  budgets: (cursor) => createSupabaseBudgetStore(project).budgets(access, page(cursor)),
  members: (cursor) => directory.members(access, page(cursor)),
  export: (cursor) => directory.exportPage(access, workspaceId, cursor),
};

describe('a cursor that a client has kept leads to the next page', () => {
  const frozen: Readonly<Record<string, { cursor: string; place: Record<string, unknown> }>> =
    contentOf('cursors/v1.json');

  it.each(Object.entries(lists))('of %s', async (name, list) => {
    const { cursor = '', place = {} } = frozen[name] ?? {};
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (url: URL | string, { body = '' }: RequestInit) => {
      asked.push(`${decodeURIComponent(String(url).replaceAll('+', ' '))} ${body}`);
      return new Response(/export_workspace|open_thread/.test(String(url)) ? 'null' : '[]', {
        headers: { 'content-type': 'application/json' },
      });
    });

    await list(cursor);

    expect(Object.keys(place).length).toBeGreaterThan(0);
    for (const value of Object.values(place)) expect(asked[0]).toContain(String(value));
  });

  it('of each list that is frozen', () => {
    expect(Object.keys(frozen).toSorted()).toEqual(Object.keys(lists).toSorted());
  });
});

it('opens a secret that was sealed before another key was added, and with nothing but its own place', async () => {
  const { keyFile, context, sealed, secret } = contentOf('vault/v1.json') as {
    keyFile: object;
    context: SecretContext;
    sealed: SealedSecret;
    secret: string;
  };
  const file = join(mkdtempSync(join(tmpdir(), 'troupe-')), 'keys.json');
  writeFileSync(file, JSON.stringify(keyFile), { mode: 0o600 });
  const vault = createKeyFileVault(file);

  expect(await vault.open(sealed, context)).toBe(secret);
  await expect(vault.open(sealed, { ...context, workspaceId })).resolves.toBe(secret);
  await expect(vault.open(sealed, { ...context, baseUrl: 'https://elsewhere.test' })).rejects.toThrow();
});
