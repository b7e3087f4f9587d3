import { numberedId, rowsPerPlace } from './numbered-id.ts';

/** Workspaces by how many rows each of their lists has. Their place makes their ids. */
export const sizes = [
  { place: 1, rows: 10, liveRuns: 10 },
  { place: 2, rows: 1_000, liveRuns: 1_000 },
  { place: 3, rows: 100_000, liveRuns: 10_000 },
] as const;

/** Over how many people and days the usage is spread. */
const people = 20;
const days = 28;

/** Fills the workspaces: threads, runs that have ended, agents, members, audit log and usage, as many of each. */
export const listsSql = (userId: string): string =>
  [
    // Triggers would make a workspace for each member, and a version and an audit entry for each agent.
    'set session_replication_role = replica;',
    ...sizes.map(({ place, rows }) => workspaceSql(userId, place, rows)),
    'set session_replication_role = origin;',
    'analyze;',
  ].join('\n');

function workspaceSql(userId: string, place: number, rows: number): string {
  const workspace = `'${numberedId('wsp', place)}'`;
  const id = (prefix: string, number = 'n') =>
    `'${prefix}_' || lpad((${place * rowsPerPlace} + ${number})::text, 26, '0')`;
  const person = (number: string) => `('00000000-0000-4000-800${place}-' || lpad((${number})::text, 12, '0'))::uuid`;
  const each = `from generate_series(1, ${rows}) n`;
  const ago = "now() - n * interval '1 second'";
  const usage = '1, 0, 1000, 0, 100, 0, 3000';
  return `
    insert into public.workspaces (id, name, kind, created_by) values (${workspace}, 'W${rows}', 'company', '${userId}');
    insert into public.members (workspace_id, user_id, role, created_at) values (${workspace}, '${userId}', 'owner', now() - interval '1 year');
    insert into auth.users (id, email) select ${person('n')}, 'p' || ${place} || '-' || n || '@example.com' ${each};
    insert into public.profiles (id, name) select ${person('n')}, 'Person ' || n ${each};
    insert into public.members (workspace_id, user_id, role, created_at) select ${workspace}, ${person('n')}, 'member', ${ago} ${each};
    insert into public.agents (id, workspace_id, name, description, instructions, created_at)
      select ${id('agt')}, ${workspace}, 'Agent ' || n, 'Does this and that.', 'Be brief.', ${ago} ${each};
    insert into public.threads (id, workspace_id, user_id, agent_id, title, created_at, updated_at)
      select ${id('thr')}, ${workspace}, '${userId}', ${id('agt')}, 'Thread ' || n, ${ago}, ${ago} ${each};
    insert into public.runs (id, workspace_id, thread_id, user_id, agent_id, status, attempt, queued_seq, created_at, finished_at)
      select ${id('run')}, ${workspace}, ${id('thr')}, '${userId}', ${id('agt')}, 'completed', 1, 1, ${ago}, ${ago} ${each};
    insert into public.audit_log (id, workspace_id, created_at, actor_id, action, subject)
      select ${id('aud')}, ${workspace}, ${ago}, '${userId}', 'agent.changed', ${id('agt')} ${each};
    insert into public.usage_days select ${workspace}, (now() at time zone 'UTC')::date - day, ${person('u')}, ${id('agt', 'a')}, 'openai/gpt-test', ${usage}
      from generate_series(0, ${days - 1}) day, generate_series(1, least(${people}, ${rows})) u, generate_series(1, 3) a;
    insert into public.usage_thread_days select ${workspace}, ${id('thr')}, (now() at time zone 'UTC')::date - n % ${days}, '${userId}',
        ${usage} ${each};
    insert into public.usage_thread_months select workspace_id, thread_id, date_trunc('month', day)::date, user_id, calls, unpriced_calls,
        input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, cost_micro_usd from public.usage_thread_days
      where workspace_id = ${workspace};`;
}
