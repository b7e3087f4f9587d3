import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../local/supabase/database.ts';
import { prepareFolder } from '../../local/supabase/start-for-test.ts';
import { matrix } from './tenancy-matrix.ts';

/** Reads Postgres's own catalog: what no request through the API can show. */
let database: Database;
const dataDir = mkdtempSync(join(tmpdir(), 'troupe-catalog-'));
beforeAll(async () => {
  await prepareFolder(dataDir);
  database = await openDatabase({
    dataDir,
    jwtSecret: 'only for this test, and nobody signs in',
    publishableKey: 'sb_publishable_catalog00000000',
    secretKey: 'sb_secret_catalog00000000',
    siteUrl: 'http://127.0.0.1',
  });
});
afterAll(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const openTables = () =>
  database.query<{ table: string; flaw: string }>(`
    select c.relname as table, concat_ws(', ', case when not c.relrowsecurity then 'no row level security' end,
      case when not c.relforcerowsecurity then 'not forced' end,
      case when not exists (select from pg_policy p where p.polrelid = c.oid) then 'no policy' end,
      case when exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and (has_column_privilege('anon', c.oid, a.attnum, 'select, insert, update') or has_table_privilege('anon', c.oid, 'delete, truncate')))
        then 'open to anon' end,
      case when exists (select from pg_policy p where p.polrelid = c.oid and p.polroles <> array['authenticated'::regrole::oid])
        then 'a policy for more than the signed in' end) as flaw
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
    order by 1`);

describe('every table', () => {
  it('has a row in the tenancy matrix', async () => {
    const tables = (await openTables()).map(({ table }) => table);

    expect(Object.keys(matrix).sort()).toEqual(tables);
  });

  it('has row level security, a policy, and nothing for those who have not signed in', async () => {
    const flawed = (await openTables()).filter(({ flaw }) => flaw !== '');

    expect(flawed).toEqual([]);
  });

  it('would be reported if it had not', async () => {
    await database.execute('begin; create table public.leak (id int); grant select on public.leak to anon');

    const flawed = (await openTables()).filter(({ flaw }) => flaw !== '');
    await database.execute('rollback');

    expect(flawed).toEqual([{ table: 'leak', flaw: 'no row level security, not forced, no policy, open to anon' }]);
  });

  it('is closed to the API roles until a migration opens it', async () => {
    await database.execute('begin; create table public.fresh (id int)');

    const grants = await database.query(
      `select grantee from information_schema.role_table_grants where table_name = 'fresh' and grantee <> 'postgres'`,
    );
    await database.execute('rollback');

    expect(grants).toEqual([]);
  });

  it('has an index that narrows each foreign key down to more than its workspace', async () => {
    const without = await database.query(`
      select c.conrelid::regclass::text as table, c.conname as key from pg_constraint c
      where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not exists (
        select from pg_index i join pg_attribute first on first.attrelid = i.indrelid and first.attnum = i.indkey[0]
        left join pg_attribute second on second.attrelid = i.indrelid and second.attnum = i.indkey[1]
        where i.indrelid = c.conrelid and i.indpred is null and first.attnum = any (c.conkey)
          and (cardinality(c.conkey) = 1 or first.attname <> 'workspace_id' or second.attnum = any (c.conkey)))`);

    expect(without).toEqual([]);
  });
});

describe('the signed in', () => {
  it('may write these columns and no others', async () => {
    const rows = await database.query<{ right: string; columns: string }>(`
      select table_name || ' ' || lower(privilege_type) as right, string_agg(column_name, ' ' order by column_name) as columns
      from information_schema.column_privileges
      where table_schema = 'public' and grantee = 'authenticated' and privilege_type in ('INSERT', 'UPDATE')
      group by 1 order by 1`);

    expect(Object.fromEntries(rows.map(({ right, columns }) => [right, columns]))).toEqual({
      'agent_skills insert': 'agent_id skill_id workspace_id',
      'agents insert':
        'avatar catalog_agent_id catalog_version client_request_id delegates department description handoffs id instructions limits model name personality role settings tool_policies tools workspace_id',
      'agents update':
        'avatar delegates department description dismissed_at handoffs instructions limits model name personality restored_from role settings tool_policies tools',
      'budgets insert': 'agent_id limit_micro_usd period scope user_id workspace_id',
      'budgets update': 'limit_micro_usd',
      'memories insert': 'agent_id content path workspace_id',
      'memories update': 'content',
      'model_prices insert': 'cached_input_usd input_usd model output_usd valid_from workspace_id',
      'model_prices update': 'cached_input_usd input_usd output_usd',
      'profiles update': 'avatar_url name',
      'rules insert': 'agent_id client_request_id enabled id kind priority respond_with text workspace_id',
      'rules update': 'enabled kind priority respond_with text',
      'skills insert': 'content description id name workspace_id',
      'skills update': 'content description name',
      'threads insert': 'agent_id created_at id status title updated_at user_id workspace_id',
      'threads update': 'status title updated_at',
      'tool_grants insert': 'agent_id decider granted_by tool user_id workspace_id',
      'user_settings insert': 'notifications theme timezone user_id',
      'user_settings update': 'notifications theme timezone',
      'workspaces update': 'name',
    });
  });

  it('may delete from these tables and no others', async () => {
    const rows = await database.query<{ table: string }>(`
      select table_name as table from information_schema.role_table_grants
      where table_schema = 'public' and grantee = 'authenticated' and privilege_type not in ('SELECT', 'INSERT', 'UPDATE')
      order by 1`);

    expect(rows.map(({ table }) => table)).toEqual([
      'agent_skills',
      'budgets',
      'memories',
      'model_prices',
      'rules',
      'skills',
      'threads',
      'tool_grants',
    ]);
  });
});

describe('every function', () => {
  it('has a pinned search path, and only these may be called', async () => {
    const rows = await database.query<{ name: string; pinned: boolean; callers: string }>(`
      select n.nspname || '.' || p.proname as name, coalesce('search_path=""' = any (p.proconfig), false) as pinned,
        concat_ws(' ', case when has_function_privilege('anon', p.oid, 'execute') then 'anon' end,
          case when has_function_privilege('authenticated', p.oid, 'execute') then 'authenticated' end,
          case when has_function_privilege('service_role', p.oid, 'execute') then 'service_role' end) as callers
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'private') order by 1`);

    expect(rows.filter(({ pinned }) => !pinned)).toEqual([]);
    expect(rows.filter(({ callers }) => callers !== '').map(({ name, callers }) => `${name}: ${callers}`)).toEqual([
      'private.are_ids: authenticated service_role',
      'private.data_workspace_id: authenticated',
      'private.dearest_threads: authenticated',
      'private.find_memories_here: authenticated',
      'private.is_id: authenticated service_role',
      'private.is_own_project_of_mine: authenticated',
      'private.is_person: authenticated',
      'private.is_platform_admin: authenticated',
      'private.may_edit: authenticated',
      'private.my_colleagues: authenticated',
      'private.my_workspaces: authenticated',
      'private.note_export: authenticated',
      'private.prefix_query: authenticated',
      'private.raise_elsewhere: authenticated',
      'private.run_thread_id: authenticated',
      'private.run_workspace_id: authenticated',
      'private.tables_of_workspaces: authenticated',
      'private.workspace_of_agent: authenticated',
      'public.accept_invitation: authenticated',
      'public.agent_context: authenticated',
      'public.assign_skills: authenticated',
      'public.budget_spent: authenticated',
      'public.change_me: authenticated',
      'public.change_member_role: authenticated',
      'public.claim_invitation_mails: authenticated',
      'public.create_api_key: authenticated',
      'public.create_invitation: authenticated',
      'public.create_workspace: authenticated',
      'public.credential_providers: authenticated',
      'public.credentials_not_under: authenticated',
      'public.data_project: authenticated',
      'public.delete_workspace: authenticated',
      'public.drop_memories: authenticated',
      'public.drop_thread: authenticated',
      'public.due_purges: authenticated',
      'public.empty_data_project: authenticated',
      'public.ended_runs: authenticated',
      'public.export_workspace: authenticated',
      'public.find_api_key: authenticated',
      'public.find_memories: authenticated',
      'public.finish_invitation_mail: authenticated',
      'public.finish_purge: authenticated',
      'public.hire_agent: authenticated',
      'public.invitation_of_token: authenticated',
      'public.list_agents: authenticated',
      'public.list_catalog: authenticated',
      'public.list_managed_catalog: authenticated',
      'public.list_memories: authenticated',
      'public.me: authenticated',
      'public.memories_of_agents: authenticated',
      'public.memories_to_move: authenticated',
      'public.memories_were_moved: authenticated',
      'public.move_catalog_version: authenticated',
      'public.my_invitations: authenticated',
      'public.note_refused_credential: authenticated',
      'public.open_thread: authenticated',
      'public.own_project: authenticated',
      'public.own_project_places: authenticated',
      'public.project_thread: authenticated',
      'public.put_budget: authenticated',
      'public.put_credential: authenticated',
      'public.put_model_price: authenticated',
      'public.put_own_project: authenticated',
      'public.read_memory: authenticated',
      'public.record_usage: authenticated',
      'public.remove_credential: authenticated',
      'public.remove_member: authenticated',
      'public.remove_memory: authenticated',
      'public.remove_own_project: authenticated',
      'public.replace_sealed_credential: authenticated',
      'public.revoke_api_key: authenticated',
      'public.revoke_invitation: authenticated',
      'public.run_context: authenticated',
      'public.save_catalog_agent: authenticated',
      'public.save_catalog_draft: authenticated',
      'public.sealed_credential: authenticated',
      'public.sealed_credentials: authenticated',
      'public.search_memories: authenticated',
      'public.set_credential_status: authenticated',
      'public.settle_thread: authenticated',
      'public.spend_rules: authenticated',
      'public.take_memories: authenticated',
      'public.take_thread: authenticated',
      'public.thread_to_move: authenticated',
      'public.thread_usage: authenticated',
      'public.thread_was_moved: authenticated',
      'public.touch_api_key: authenticated',
      'public.transfer_ownership: authenticated',
      'public.troupe_id: authenticated service_role',
      'public.usage_totals: authenticated',
      'public.workspace_members: authenticated',
      'public.workspace_runs: authenticated',
      'public.write_memory: authenticated',
    ]);
  });
});

describe('the service role', () => {
  it('cannot write the projection or the bill either', async () => {
    const rows = await database.query(`
      select table_name, privilege_type from information_schema.role_table_grants
      where table_name in ('items', 'runs', 'usage_entries', 'usage_days', 'usage_thread_days', 'usage_thread_months') and grantee = 'service_role' and privilege_type <> 'SELECT'`);

    expect(rows).toEqual([]);
  });
});

describe('troupe_id', () => {
  it('makes TypeIDs that sort by time', async () => {
    const rows = await database.query<{ id: string }>(
      `select public.troupe_id('thr') as id from generate_series(1, 200)`,
    );
    const [{ ms = 0 } = {}] = await database.query<{ ms: number }>(
      'select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
    );

    const ids = rows.map(({ id }) => id);
    const newestMs = Math.max(...ids.map(timeOf));

    expect(ids.every((id) => /^thr_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(200);
    expect(ids.map((id) => versionOf(id))).toEqual(ids.map(() => '7'));
    expect(Math.abs(ms - newestMs)).toBeLessThan(5000);
  });
});

const hexOf = (id: string): string => {
  const digits = [...id.slice(4)].map((digit) => BigInt('0123456789abcdefghjkmnpqrstvwxyz'.indexOf(digit)));
  return digits
    .reduce((bits, digit) => (bits << 5n) | digit, 0n)
    .toString(16)
    .padStart(32, '0');
};
const timeOf = (id: string): number => Number.parseInt(hexOf(id).slice(0, 12), 16);
const versionOf = (id: string): string => hexOf(id)[12] ?? '';
