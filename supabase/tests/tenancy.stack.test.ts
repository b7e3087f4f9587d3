import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, actors, type Company, idOf, must, signedInActors, startCompany } from './actors.ts';
import { arrangeTeam, teamSamples } from './team-samples.ts';
import { matrix, type Operation, operations } from './tenancy-matrix.ts';

let company: Company;
beforeAll(async () => {
  company = await startCompany();
  await arrangeMoney();
  await arrangeTeam(company);
  await arrangeGrant('send');
});
afterAll(() => company.supabase.stop());

/** For each table the row in question, a change to it that is no change, and a new row as the actor would add it. */
const samples: Record<string, (actor: Actor) => { key: object; change: object; added: object }> = {
  profiles: (actor) => ({
    key: { id: company.userIds.member },
    change: { name: 'member' },
    added: { id: company.userIds[actor], name: 'Me' },
  }),
  workspaces: (actor) => ({
    key: { id: company.workspaceId },
    change: { name: 'Acme' },
    added: { name: 'Mine', kind: 'company', created_by: company.userIds[actor] },
  }),
  members: (actor) => ({
    key: { workspace_id: company.workspaceId, user_id: company.userIds.member },
    change: { role: 'member' },
    added: { workspace_id: company.workspaceId, user_id: company.userIds[actor], role: 'owner' },
  }),
  user_settings: (actor) => ({
    key: { user_id: company.userIds.member },
    change: { theme: 'dark' },
    added: { user_id: company.userIds[actor], theme: 'dark' },
  }),
  invitations: (actor) => ({
    key: { workspace_id: company.workspaceId },
    change: { role: 'admin' },
    added: {
      workspace_id: company.workspaceId,
      role: 'admin',
      invited_by: company.userIds[actor],
      expires_at: '2099-01-01T00:00:00Z',
    },
  }),
  api_keys: (actor) => ({
    key: { workspace_id: company.workspaceId },
    change: { revoked_at: null },
    added: {
      id: idOf('key', 99),
      workspace_id: company.workspaceId,
      created_by: company.userIds[actor],
      name: 'Mine',
      scopes: ['manage'],
      last_four: 'abcd',
    },
  }),
  credentials: (actor) => ({
    key: { workspace_id: company.workspaceId },
    change: { base_url: 'https://thief.example.com' },
    added: {
      workspace_id: company.workspaceId,
      user_id: company.userIds[actor],
      provider: 'anthropic',
      status: 'valid',
    },
  }),
  audit_log: () => ({
    key: { workspace_id: company.workspaceId },
    change: { action: 'nothing.happened' },
    added: { workspace_id: company.workspaceId, action: 'nothing.happened', subject: 'nobody' },
  }),
  agents: () => ({
    key: { id: company.agentId },
    change: { name: 'Helper' },
    added: { workspace_id: company.workspaceId, name: 'Another' },
  }),
  threads: (actor) => ({ key: { id: company.threadId }, change: { title: 'Plan' }, added: aThread(actor) }),
  runs: (actor) => ({
    key: { id: idOf('run', 1) },
    change: { status: 'failed' },
    added: { ...aThread(actor), id: idOf('run', 99), thread_id: company.threadId, status: 'completed', queued_seq: 50 },
  }),
  tool_grants: (actor) => ({
    key: { workspace_id: company.workspaceId, user_id: company.userIds.member, tool: 'send' },
    change: { tool: 'pay' },
    added: { ...aGrant('pay'), user_id: company.userIds[actor] },
  }),
  items: () => ({
    key: { id: idOf('itm', 1) },
    change: { payload: { text: 'I never said that' } },
    added: {
      id: idOf('itm', 99),
      workspace_id: company.workspaceId,
      thread_id: company.threadId,
      run_id: idOf('run', 1),
      run_seq: 1,
      seq: 99,
      type: 'agent_message',
      payload: { text: 'forged' },
    },
  }),
};

/** Budgets, prices and what a run has used. */
const money: typeof samples = {
  budgets: (actor) => ({
    key: { workspace_id: company.workspaceId, scope: 'workspace', period: 'total' },
    change: { limit_micro_usd: 5_000_000 },
    added: { ...aBudget(), agent_id: company.agentId, scope: 'agent', period: actor === 'owner' ? 'day' : 'month' },
  }),
  model_prices: (actor) => ({
    key: { workspace_id: company.workspaceId, model: 'ours/model' },
    change: { input_usd: 1 },
    added: aPrice(`ours/${actor}`),
  }),
  usage_entries: (actor) => ({
    key: { run_id: idOf('run', 1), call_id: 'call 1' },
    change: { cost_micro_usd: 0 },
    added: { run_id: idOf('run', 1), call_id: `call of ${actor}`, cost_micro_usd: 0 },
  }),
  usage_days: (actor) => ({
    key: { workspace_id: company.workspaceId, user_id: company.userIds.member },
    change: { cost_micro_usd: 0 },
    added: { workspace_id: company.workspaceId, user_id: company.userIds[actor], cost_micro_usd: 0 },
  }),
  usage_thread_days: (actor) => ({
    key: { thread_id: company.threadId },
    change: { cost_micro_usd: 0 },
    added: { thread_id: company.threadId, user_id: company.userIds[actor], cost_micro_usd: 0 },
  }),
  usage_thread_months: (actor) => ({
    key: { thread_id: company.threadId },
    change: { cost_micro_usd: 0 },
    added: { thread_id: company.threadId, user_id: company.userIds[actor], cost_micro_usd: 0 },
  }),
};
Object.assign(
  samples,
  money,
  teamSamples(() => company),
);

const aBudget = () => ({ workspace_id: company.workspaceId, limit_micro_usd: 5_000_000 });
const aPrice = (model: string) => ({
  workspace_id: company.workspaceId,
  model,
  valid_from: '2026-11-01',
  input_usd: 1,
  cached_input_usd: 0.1,
  output_usd: 2,
});
const aCall = (callId: string, fields = {}) => ({
  callId,
  agentId: company.agentId,
  model: 'openai/gpt-5.2',
  at: '2026-11-21T09:00:00.000Z',
  inputTokens: 1000,
  cachedInputTokens: 0,
  outputTokens: 100,
  reasoningTokens: 0,
  costMicroUsd: 3150,
  priceDate: '2026-09-23',
  ...fields,
});

async function arrangeMoney(): Promise<void> {
  await must(
    company.service
      .from('budgets')
      .insert({ ...aBudget(), scope: 'workspace', period: 'total' })
      .select(),
  );
  await must(company.service.from('model_prices').insert(aPrice('ours/model')).select());
  const run = await company.runClient('member', company.threadId);
  const recorded = { p_thread_id: company.threadId, p_run_id: idOf('run', 1), p_entries: [aCall('call 1')] };
  await must(run.rpc('record_usage', recorded));
}

const aGrant = (tool: string) => ({
  workspace_id: company.workspaceId,
  user_id: company.userIds.member,
  agent_id: company.agentId,
  tool,
  decider: 'requester_or_admin',
});
async function arrangeGrant(tool: string): Promise<object> {
  const run = await company.runClient('member', company.threadId);
  await must(run.from('tool_grants').insert(aGrant(tool)).select());
  return { tool };
}

/** Rows to be deleted, so that the others stay for the next actor. */
const throwaways: Record<string, () => Promise<object>> = {
  tool_grants: () => arrangeGrant(`throwaway ${crypto.randomUUID()}`),
  threads: async () => must(company.service.from('threads').insert(aThread('member')).select('id').single()),
  budgets: async () => {
    const budget = { ...aBudget(), scope: 'user', user_id: company.userIds.owner, period: 'day' };
    const onConflict = 'workspace_id,scope,user_id,agent_id,period';
    return must(company.service.from('budgets').upsert(budget, { onConflict }).select('id').single());
  },
  model_prices: async () => {
    await must(company.service.from('model_prices').upsert(aPrice('throwaway/model')).select());
    return { model: 'throwaway/model' };
  },
};

const aThread = (actor: Actor) => ({
  workspace_id: company.workspaceId,
  agent_id: company.agentId,
  user_id: company.userIds[actor],
});

const cases = Object.keys(matrix).flatMap((table) =>
  operations.flatMap((operation) =>
    actors.map((actor) => ({ table, operation, actor, expected: expectedOf(table, operation, actor) })),
  ),
);

function expectedOf(table: string, operation: Operation, actor: Actor): string {
  const signedIn = signedInActors.find((each) => each === actor);
  return (signedIn && matrix[table]?.[operation][signedIn]) ?? 'unauthenticated';
}

describe('who may do what', () => {
  it.each(cases)('$table: $operation by $actor is $expected', async ({ table, operation, actor, expected }) => {
    const outcome = await attempt(table, operation, actor);

    expect(outcome).toBe(expected);
  });

  it('hides a thread from its owner once they have left the workspace', async () => {
    const { service, clients, userIds, workspaceId, threadId } = company;
    const membership = { workspace_id: workspaceId, user_id: userIds.member };
    await must(service.from('members').delete().match(membership).select());

    const threads = await clients.member.from('threads').select().eq('id', threadId);
    const items = await clients.member.from('items').select().eq('thread_id', threadId);
    const added = await clients.member.from('threads').insert(aThread('member'));
    await must(
      service
        .from('members')
        .insert({ ...membership, role: 'member' })
        .select(),
    );

    expect([threads.data, items.data, added.error?.code]).toEqual([[], [], '42501']);
  });

  it('adds no thread in the name of somebody else', async () => {
    const { error } = await company.clients.owner.from('threads').insert(aThread('member'));

    expect(error?.code).toBe('42501');
  });

  it('adds no thread with an agent of another workspace', async () => {
    const { stranger } = company.clients;
    const [workspace] = await must(stranger.from('workspaces').select('id'));

    const { error } = await stranger.from('threads').insert({ ...aThread('stranger'), workspace_id: workspace?.id });

    expect(error?.code).toBe('23503');
  });

  it('moves no agent to another workspace and gives no thread away', async () => {
    const { owner, member } = company.clients;

    const moved = await owner
      .from('agents')
      .update({ workspace_id: idOf('wsp', 1) })
      .eq('id', company.agentId);
    const given = await member.from('threads').update({ user_id: company.userIds.owner }).eq('id', company.threadId);
    const checkpoint = await member.from('threads').update({ checkpoint_seq: 99 }).eq('id', company.threadId);

    expect([moved, given, checkpoint].map(({ error }) => error?.code)).toEqual(['42501', '42501', '42501']);
  });

  it("confines a run's token to its own thread, and to reading agents and workspaces", async () => {
    const other = await must(company.service.from('threads').insert(aThread('owner')).select().single());
    const run = await company.runClient('owner', other.id);

    const threads = await run.from('threads').select('id');
    const agents = await run.from('agents').select('id').eq('id', company.agentId);
    const renamed = await run.from('agents').update({ name: 'Evil' }).eq('id', company.agentId).select();
    const hired = await run.from('agents').insert({ workspace_id: company.workspaceId, name: 'Evil' });
    const added = await run.from('threads').insert(aThread('owner'));

    expect(threads.data).toEqual([{ id: other.id }]);
    expect(agents.data).toHaveLength(1);
    expect(renamed.data).toEqual([]);
    expect([hired.error?.code, added.error?.code]).toEqual(['42501', '42501']);
  });
});

describe('usage and budgets', () => {
  it('records the calls of a run once, and only under the token of its thread', async () => {
    const { clients, threadId, userIds, workspaceId } = company;
    const run = await company.runClient('member', threadId);
    const stranger = await company.runClient('stranger', threadId);
    const entries = [aCall('twice'), aCall('twice'), aCall('unpriced', { costMicroUsd: null, priceDate: null })];
    const request = { p_thread_id: threadId, p_run_id: idOf('run', 7), p_entries: entries };

    const answers = [];
    for (const client of [run, run, stranger, clients.member]) answers.push(await client.rpc('record_usage', request));
    const totals = await clients.owner.rpc('usage_totals', {
      p_workspace_id: workspaceId,
      p_by: 'user',
      p_from: '2026-11-21',
      p_to: '2026-11-21',
      p_limit: 10,
    });

    expect(answers.map(({ data, error }) => data ?? error?.code)).toEqual([2, 0, '42501', '42501']);
    expect(totals.data).toMatchObject([
      { key: userIds.member, calls: 3, unpriced_calls: 1, input_tokens: 3000, cost_micro_usd: 6300 },
    ]);
  });

  it('records what a run took whose thread has been deleted meanwhile', async () => {
    const { service } = company;
    const thread = await must(service.from('threads').insert(aThread('member')).select('id').single());
    await must(service.from('threads').delete().match({ id: thread.id }).select());
    const run = await company.runClient('member', thread.id);

    const request = { p_thread_id: thread.id, p_run_id: idOf('run', 8), p_entries: [aCall('one')] };
    const answer = await run.rpc('record_usage', request);
    const unknown = { ...request, p_thread_id: idOf('thr', 77) };
    const missing = await (await company.runClient('member', idOf('thr', 77))).rpc('record_usage', unknown);

    expect(answer.data).toBe(1);
    expect(missing.error?.code).toBe('P0002');
  });

  it('hides the budgets of other people from members, and the sum of a budget from strangers', async () => {
    const { clients, service, userIds } = company;
    const forOwner = { ...aBudget(), scope: 'user', user_id: userIds.owner, period: 'month' };
    const budget = await must(service.from('budgets').insert(forOwner).select('id').single());
    const spent = (actor: Actor) => clients[actor].rpc('budget_spent', { p_budget_id: budget.id, p_since: null });

    const seen = await clients.member.from('budgets').select().eq('id', budget.id);
    const sums = [await spent('owner'), await spent('admin'), await spent('member'), await spent('stranger')];

    expect(seen.data).toEqual([]);
    expect(sums.map(({ data }) => data)).toEqual([0, 0, null, null]);
  });

  it('lets no run change a budget, and shows it no bill', async () => {
    const run = await company.runClient('owner', company.threadId);

    const added = await run.from('budgets').insert({ ...aBudget(), scope: 'workspace', period: 'month' });
    const raised = await run.from('budgets').update({ limit_micro_usd: 9 }).eq('scope', 'workspace').select();
    const bill = await run.from('usage_days').select();

    expect(added.error?.code).toBe('42501');
    expect([raised.data, bill.data]).toEqual([[], []]);
  });

  it('binds only people and agents of the workspace', async () => {
    const { owner } = company.clients;
    const { userIds } = company;

    const stranger = await owner
      .from('budgets')
      .insert({ ...aBudget(), scope: 'user', user_id: userIds.stranger, period: 'day' });
    const nobody = await owner.from('budgets').insert({ ...aBudget(), scope: 'user', period: 'day' });

    expect([stranger.error?.code, nobody.error?.code]).toEqual(['23503', '23514']);
  });

  it('tells the audit log of every change', async () => {
    const { clients, workspaceId } = company;
    const set = (limit: number) =>
      clients.owner.rpc('put_budget', {
        p_workspace_id: workspaceId,
        p_scope: 'workspace',
        p_user_id: null,
        p_agent_id: null,
        p_period: 'day',
        p_limit_micro_usd: limit,
      });

    const { data: first } = await set(1_000_000);
    const { data: second } = await set(2_000_000);
    const log = await clients.owner.from('audit_log').select('action, details').eq('subject', first.id).order('id');

    expect(second).toMatchObject({ id: first.id, limit_micro_usd: 2_000_000 });
    expect(log.data).toMatchObject([
      { action: 'budget.set', details: { scope: 'workspace', limitMicroUsd: 1_000_000 } },
      { action: 'budget.set', details: { limitMicroUsd: 2_000_000, before: 1_000_000 } },
    ]);
  });
});

async function attempt(table: string, operation: Operation, actor: Actor): Promise<string> {
  const sample = samples[table]?.(actor);
  if (!sample) return `there is no sample of ${table}`;
  const key = (operation === 'delete' && (await throwaways[table]?.())) || sample.key;
  const rows = company.clients[actor].from(table);
  const request = {
    select: () => rows.select().match({ ...key }),
    insert: () => rows.insert(sample.added),
    update: () =>
      rows
        .update(sample.change)
        .match({ ...key })
        .select(),
    delete: () =>
      rows
        .delete()
        .match({ ...key })
        .select(),
  }[operation];
  const { data, error, status } = await request();
  if (status === 401) return 'unauthenticated';
  // Postgres asks for the right before it looks whether the row is there already.
  if (operation === 'insert' && error?.code === '23505') return 'rows';
  if (error) return error.code === '42501' && status === 403 ? 'denied' : `${status} ${error.code}: ${error.message}`;
  return operation === 'insert' || (data ?? []).length > 0 ? 'rows' : 'nothing';
}
