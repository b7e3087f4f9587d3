import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, actors, type Company, idOf, must, signedInActors, startCompany } from './actors.ts';
import { matrix, type Operation, operations } from './tenancy-matrix.ts';

let company: Company;
beforeAll(async () => {
  company = await startCompany();
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

async function attempt(table: string, operation: Operation, actor: Actor): Promise<string> {
  const sample = samples[table]?.(actor);
  if (!sample) return `there is no sample of ${table}`;
  const key = operation === 'delete' && table === 'threads' ? await throwawayThread() : sample.key;
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
  if (error) return error.code === '42501' && status === 403 ? 'denied' : `${status} ${error.code}: ${error.message}`;
  return operation === 'insert' || (data ?? []).length > 0 ? 'rows' : 'nothing';
}

async function throwawayThread(): Promise<{ id: string }> {
  return must(company.service.from('threads').insert(aThread('member')).select('id').single());
}
