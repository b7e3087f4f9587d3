import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../local/supabase/database.ts';
import { prepareFolder } from '../../local/supabase/start-for-test.ts';
import { idOf } from './actors.ts';

/** 100,000 calls of one workspace among ten: 20 people, 3 agents and 2 models each, 90 days, five calls to a thread and day. */
let database: Database;
const owner = '00000000-0000-4000-8000-0000000000ff';
const dataDir = mkdtempSync(join(tmpdir(), 'troupe-usage-'));
beforeAll(async () => {
  await prepareFolder(dataDir);
  database = await openDatabase({
    dataDir,
    jwtSecret: 'only for this test, and nobody signs in',
    publishableKey: 'sb_publishable_plans000000000',
    secretKey: 'sb_secret_plans000000000',
    siteUrl: 'http://127.0.0.1',
  });
  await database.execute(`
    insert into public.workspaces (id, name, kind) select 'wsp_' || lpad(n::text, 26, '0'), 'W', 'company' from generate_series(1, 10) n;
    insert into public.usage_entries (run_id, call_id, workspace_id, thread_id, user_id, agent_id, model, at, input_tokens,
      cached_input_tokens, output_tokens, reasoning_tokens, cost_micro_usd, price_date)
    select 'run_' || lpad((n / 5)::text, 26, '0'), n::text, case when n < 100000 then '${idOf('wsp', 1)}' else 'wsp_' || lpad((2 + n / 5 % 9)::text, 26, '0') end,
      'thr_' || lpad((n / 5)::text, 26, '0'), ('00000000-0000-4000-8000-' || lpad((n / 5 % 20)::text, 12, '0'))::uuid,
      'agt_' || lpad((n / 100 % 3)::text, 26, '0'), 'openai/gpt-' || n % 2, '2026-11-20T12:00:00Z'::timestamptz - (n / 300 % 90) * interval '1 day',
      1000, 0, 100, 0, 3000, '2026-09-23' from generate_series(0, 119999) n;
    insert into public.usage_days select workspace_id, (at at time zone 'UTC')::date, user_id, agent_id, model, count(*), 0, sum(input_tokens), 0,
      sum(output_tokens), 0, sum(cost_micro_usd) from public.usage_entries group by 1, 2, 3, 4, 5;
    insert into public.usage_thread_days select workspace_id, thread_id, (at at time zone 'UTC')::date, user_id, count(*), 0, sum(input_tokens), 0,
      sum(output_tokens), 0, sum(cost_micro_usd) from public.usage_entries group by 1, 2, 3, 4;
    insert into public.usage_thread_months select workspace_id, thread_id, date_trunc('month', day)::date, user_id, calls, 0, input_tokens, 0,
      output_tokens, 0, cost_micro_usd from public.usage_thread_days;
    insert into auth.users (id) values ('${owner}');
    insert into public.members (workspace_id, user_id, role) values ('${idOf('wsp', 1)}', '${owner}', 'owner');
    insert into public.agents (id, workspace_id, name) values ('${idOf('agt', 1)}', '${idOf('wsp', 1)}', 'Ada');
    insert into public.threads (id, workspace_id, user_id, agent_id, updated_at)
      select 'thr_' || lpad(n::text, 26, '0'), '${idOf('wsp', 1)}', '${owner}', '${idOf('agt', 1)}', '2026-11-20T12:00:00Z'::timestamptz - n * interval '1 second'
      from generate_series(0, 19999) n;
    analyze;`);
}, 120_000);
afterAll(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Postgres's plan of what a function runs, with the function's parameters written into it. */
async function planOf(sql: string): Promise<string> {
  const rows = await database.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers off, costs off) ${sql}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const month = `workspace_id = '${idOf('wsp', 1)}' and day between '2026-11-01' and '2026-11-30'`;

describe('with 100,000 calls', () => {
  it.each([
    ['totals of a month by day', `select day, sum(cost_micro_usd) from public.usage_days where ${month} group by day`],
    ['one thread', `select sum(cost_micro_usd) from public.usage_thread_days where thread_id = '${idOf('thr', 7)}'`],
    [
      'what a budget begins with',
      `select sum(cost_micro_usd) from public.usage_days where ${month} and user_id = '00000000-0000-4000-8000-000000000007'`,
    ],
  ])('%s reads an index', async (_, sql) => {
    const plan = await planOf(sql);

    expect(plan).toMatch(/Index Scan|Bitmap Index Scan|Index Only Scan/);
    expect(plan).not.toContain('Seq Scan');
  });

  /** What stands before the page in the same order, by its keyset. */
  const after = (cost: number, key: string) =>
    `(- cost_micro_usd, thread_id collate "C") > (${-cost}, '${key}' collate "C")`;
  const dearest = 'order by - cost_micro_usd, thread_id collate "C" limit 51';
  const ofMonth = `workspace_id = '${idOf('wsp', 1)}' and month = '2026-11-01'`;

  it.each([
    ['the dearest threads of a month', `select * from public.usage_thread_months where ${ofMonth} ${dearest}`],
    [
      'their next page',
      `select * from public.usage_thread_months where ${ofMonth} and ${after(15_000, idOf('thr', 1000))} ${dearest}`,
    ],
    [
      'those of one person',
      `select * from public.usage_thread_months where ${ofMonth} and user_id = '00000000-0000-4000-8000-000000000007' ${dearest}`,
    ],
    [
      'a later page of the threads',
      `select * from public.threads where user_id = '${owner}' and workspace_id = '${idOf('wsp', 1)}'
        and updated_at <= '2026-11-20T10:00:00Z' and (updated_at < '2026-11-20T10:00:00Z' or (updated_at = '2026-11-20T10:00:00Z' and id < '${idOf('thr', 7)}'))
        order by updated_at desc, id desc limit 51`,
    ],
  ])('%s are read in order, and no more than a page of them', async (_, sql) => {
    const plan = await planOf(sql);

    expect(plan).toMatch(/Index Scan/);
    expect(plan).not.toMatch(/Sort|Seq Scan|Bitmap/);
  });
});
