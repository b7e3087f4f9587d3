import { credentialStoreContract } from '#core/ports/credential-store.contract.ts';
import { newId, newUserId } from '#core/ports/samples.contract.ts';
import { UserId } from '#core/protocol/ids.ts';
import { createMemoryCredentialStore } from './memory-credential-store.ts';

credentialStoreContract('memory', async () => {
  const person = () => {
    const userId = newUserId();
    return { userId, access: { token: `platform:${userId}` } };
  };
  const [owner, member, stranger, workspaceId] = [person(), person(), person(), newId('wsp')];
  const store = createMemoryCredentialStore({
    readAccess: ({ token }) => ({
      userId: UserId.parse(token.split(':')[1]),
      isPlatform: token.startsWith('platform:'),
    }),
    roleOf: (workspace, userId) => {
      if (workspace !== workspaceId) return undefined;
      if (userId === owner.userId) return 'owner';
      return userId === member.userId ? 'member' : undefined;
    },
    now: Date.now,
  });
  const ownToken = { token: `own:${owner.userId}` };
  return { store, rotation: store, owner, member, stranger, ownToken, workspaceId };
});
