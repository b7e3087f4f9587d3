import { newId, newUserId } from '#core/ports/samples.contract.ts';
import { toolGrantStoreContract } from '#core/ports/tool-grant-store.contract.ts';
import { createMemoryAccess } from './memory-access.ts';
import { createMemoryToolGrantStore } from './memory-tool-grants.ts';

toolGrantStoreContract('memory', async () => {
  const [member, admin, stranger] = [newUserId(), newUserId(), newUserId()];
  const access = createMemoryAccess();
  const as = (userId: typeof member) => access.forUser({ userId, isAnonymous: false });
  return {
    store: createMemoryToolGrantStore((_, userId) =>
      userId === admin ? 'admin' : userId === member ? 'member' : undefined,
    ),
    member: await as(member),
    admin: await as(admin),
    stranger: await as(stranger),
    run: await access.forThread({ userId: member, isAnonymous: false }, newId('thr')),
    grant: {
      workspaceId: newId('wsp'),
      userId: member,
      agentId: newId('agt'),
      tool: 'send',
      decider: 'requester_or_admin',
      grantedBy: admin,
    },
  };
});
