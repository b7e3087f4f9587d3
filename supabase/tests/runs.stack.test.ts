import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, idOf, must, startCompany } from './actors.ts';

let company: Company;
beforeAll(async () => {
  company = await startCompany();
});
afterAll(() => company.supabase.stop());

const aRun = (number: number, fields: object = {}) => ({
  id: idOf('run', number),
  agentId: company.agentId,
  status: 'completed',
  attempt: 1,
  queuedSeq: number,
  createdAt: `2026-11-21T09:00:${String(number).padStart(2, '0')}.000Z`,
  ...fields,
});

async function projectRuns(runs: object[]): Promise<void> {
  const run = await company.runClient('member', company.threadId);
  const projection = { p_thread_id: company.threadId, p_items: [], p_runs: runs, p_checkpoint_seq: 50 };
  await must(run.rpc('project_thread', projection));
}

const runsSeenBy = async (actor: 'owner' | 'admin' | 'member' | 'stranger', request: object = {}) => {
  const whole = { p_workspace_id: company.workspaceId, p_statuses: null, p_limit: 10, ...request };
  return must(company.clients[actor].rpc('workspace_runs', whole));
};

it('keeps where a run stands in the tree, and what it has cost', async () => {
  const branch = { parentRunId: idOf('run', 1), regenerates: idOf('run', 20), usage: { costMicroUsd: 42 } };

  await projectRuns([aRun(20), aRun(21, branch), aRun(22, { parentRunId: null, replaces: idOf('run', 1) })]);

  const columns = 'id, parent_run_id, regenerates, replaces, cost_micro_usd';
  const { data } = await company.clients.member.from('runs').select(columns).gte('id', idOf('run', 21)).order('id');
  const none = { parent_run_id: null, regenerates: null, replaces: null, cost_micro_usd: null };
  expect(data).toEqual([
    {
      ...none,
      id: idOf('run', 21),
      parent_run_id: idOf('run', 1),
      regenerates: idOf('run', 20),
      cost_micro_usd: 42,
    },
    { ...none, id: idOf('run', 22), replaces: idOf('run', 1) },
  ]);
});

describe('the runs of a workspace', () => {
  it('are shown to owners and admins without their thread, to members their own, to nobody else', async () => {
    await projectRuns([aRun(30, { status: 'failed', error: { code: 'worker_lost', message: 'secret' } })]);
    const failed = { p_statuses: ['failed'] };

    const seen = await Promise.all(
      (['owner', 'admin', 'member', 'stranger'] as const).map((actor) => runsSeenBy(actor, failed)),
    );

    const row = { id: idOf('run', 30), user_id: company.userIds.member, error_code: 'worker_lost' };
    expect(seen).toMatchObject([
      [{ ...row, thread_id: null }],
      [{ ...row, thread_id: null }],
      [{ ...row, thread_id: company.threadId }],
      [],
    ]);
    expect(JSON.stringify(seen)).not.toContain('secret');
  });

  it('come in pages, newest first', async () => {
    await projectRuns([aRun(41), aRun(42), aRun(43)]);

    const first = await runsSeenBy('admin', { p_limit: 2 });
    const last = first.at(-1);
    const next = await runsSeenBy('admin', { p_limit: 1, p_before: last.created_at, p_before_id: last.id });

    expect([...first, ...next].map(({ id }: { id: string }) => id)).toEqual([43, 42, 41].map((n) => idOf('run', n)));
  });

  it('are not for the token of a run', async () => {
    const run = await company.runClient('owner', company.threadId);

    const { data } = await run.rpc('workspace_runs', {
      p_workspace_id: company.workspaceId,
      p_statuses: null,
      p_limit: 5,
    });

    expect(data).toEqual([]);
  });
});

describe('a tool that is approved for good', () => {
  const grant = (actor: 'owner' | 'member' | 'stranger', tool: string) => ({
    workspace_id: company.workspaceId,
    user_id: company.userIds[actor],
    agent_id: company.agentId,
    tool,
    decider: 'requester_or_admin',
  });

  it('is noted by the run of that person alone, and in the audit log', async () => {
    const run = await company.runClient('member', company.threadId);
    const granted = { ...grant('member', 'send'), granted_by: company.userIds.owner };

    const answers = [
      await run.from('tool_grants').insert(grant('owner', 'send')),
      await (await company.runClient('stranger', company.threadId))
        .from('tool_grants')
        .insert(grant('stranger', 'send')),
      await run.from('tool_grants').insert(granted),
    ];

    expect(answers.map(({ error }) => error?.code)).toEqual(['42501', '42501', undefined]);
    const log = await must(company.clients.owner.from('audit_log').select().eq('action', 'tool.granted'));
    expect(log).toMatchObject([
      {
        subject: company.agentId,
        details: { tool: 'send', userId: company.userIds.member, grantedBy: company.userIds.owner },
      },
    ]);
  });

  it('is forgotten with the membership, and taken back by an admin, but not by a run', async () => {
    const run = await company.runClient('member', company.threadId);
    await must(run.from('tool_grants').insert(grant('member', 'pay')).select());

    const byRun = await run.from('tool_grants').delete().eq('tool', 'pay').select();
    const byAdmin = await company.clients.admin.from('tool_grants').delete().eq('tool', 'pay').select();

    expect([byRun.data, byAdmin.data?.length]).toEqual([[], 1]);
    const log = await must(company.clients.owner.from('audit_log').select().eq('action', 'tool.grant_removed'));
    expect(log).toMatchObject([{ actor_id: company.userIds.admin, details: { tool: 'pay' } }]);
  });
});
