import { newId, newUserId, sampleAgent } from '#core/ports/samples.contract.ts';
import { toolGrantStoreContract } from '#core/ports/tool-grant-store.contract.ts';
import { createMemoryAccess } from './memory-access.ts';
import { createMemoryTeam } from './memory-team.ts';
import { createMemoryToolGrantStore } from './memory-tool-grants.ts';
import { createMemoryWorkspaceStore } from './memory-workspace-store.ts';

toolGrantStoreContract('memory', async () => {
  const now = () => Date.parse('2026-11-21T09:00:00.000Z');
  const [member, admin, stranger] = [newUserId(), newUserId(), newUserId()];
  const [workspaceId, agentId] = [newId('wsp'), newId('agt')];
  const workspaces = createMemoryWorkspaceStore({ now });
  for (const [userId, name] of [[member, 'Max'] as const, [admin, 'Ada'] as const]) workspaces.addUser(userId, name);
  workspaces.addWorkspace({ id: workspaceId, name: 'Ours', kind: 'company', createdAt: '2026-11-21T09:00:00.000Z' }, [
    { userId: member, role: 'member' },
    { userId: admin, role: 'admin' },
  ]);
  workspaces.addAgent(sampleAgent({ id: agentId, workspaceId }));
  const store = createMemoryToolGrantStore((_, userId) =>
    userId === admin ? 'admin' : userId === member ? 'member' : undefined,
  );
  const access = createMemoryAccess();
  const as = (userId: typeof member) => access.forUser({ userId, isAnonymous: false });
  return {
    store,
    agents: createMemoryTeam({ workspaces, now, toolGrants: store }).agents,
    member: await as(member),
    admin: await as(admin),
    stranger: await as(stranger),
    run: await access.forThread({ userId: member, isAnonymous: false }, newId('thr')),
    grant: { workspaceId, userId: member, agentId, tool: 'send', decider: 'requester_or_admin', grantedBy: admin },
  };
});
