import { expect, it } from 'vitest';
import { newId, newUserId, sampleAgent, sampleThread } from '#core/ports/samples.contract.ts';
import { workspaceStoreContract } from '#core/ports/workspace-store.contract.ts';
import type { WorkspaceWorld } from '#core/ports/workspace-world.contract.ts';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import { createMemoryAccess } from './memory-access.ts';
import { createMemoryWorkspaceStore } from './memory-workspace-store.ts';

const at = '2026-11-21T09:00:00.000Z';

function createWorld() {
  const store = createMemoryWorkspaceStore({ now: Date.now });
  const person = (name: string) => {
    const userId = newUserId();
    store.addUser(userId, name);
    return { userId, isAnonymous: false, name };
  };
  const agentIn = (workspaceId: WorkspaceId) => {
    const agent = sampleAgent({ workspaceId });
    store.addAgent(agent);
    return agent.id;
  };
  const [owner, colleague, stranger] = [person('Olga'), person('Carl'), person('Sven')];
  const [workspaceId, foreignId] = [newId('wsp'), newId('wsp')];
  store.addWorkspace({ id: workspaceId, name: 'Ours', kind: 'company', createdAt: at }, [
    { userId: owner.userId, role: 'owner' },
    { userId: colleague.userId, role: 'member' },
  ]);
  store.addWorkspace({ id: foreignId, name: 'Theirs', kind: 'personal', createdAt: at }, [
    { userId: stranger.userId, role: 'owner' },
  ]);
  const agents = { agentId: agentIn(workspaceId), foreignAgentId: agentIn(foreignId) };
  return { store, access: createMemoryAccess(), owner, colleague, stranger, workspaceId, ...agents };
}

workspaceStoreContract('memory', async (): Promise<WorkspaceWorld> => createWorld());

it('shows a thread no longer to an owner who has left the workspace', async () => {
  const { store, access, owner, workspaceId, agentId } = createWorld();
  const token = await access.forUser(owner);
  const thread = sampleThread({ workspaceId, agentId });
  await store.addThread(token, thread, owner.userId);

  store.removeMember(workspaceId, owner.userId);

  expect(await store.thread(token, thread.id)).toBeNull();
});
