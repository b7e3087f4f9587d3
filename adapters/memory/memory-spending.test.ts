import { budgetStoreContract, type SpendingWorld, usageLedgerContract } from '#core/ports/budget-store.contract.ts';
import { newId, newUserId, sampleAgent, sampleThread } from '#core/ports/samples.contract.ts';
import { createMemoryAccess } from './memory-access.ts';
import { createMemoryBudgetStore } from './memory-budget-store.ts';
import { createMemoryUsageLedger } from './memory-usage-ledger.ts';
import { createMemoryWorkspaceStore } from './memory-workspace-store.ts';

const createdAt = '2026-11-21T09:00:00.000Z';

async function createWorld(): Promise<SpendingWorld> {
  const store = createMemoryWorkspaceStore({ now: Date.now });
  const access = createMemoryAccess();
  const person = (name: string) => {
    const userId = newUserId();
    store.addUser(userId, name);
    return { userId, isAnonymous: false };
  };
  const [owner, colleague, stranger] = [person('Olga'), person('Carl'), person('Sven')];
  const [workspaceId, agentId] = [newId('wsp'), newId('agt')];
  store.addWorkspace({ id: workspaceId, name: 'Ours', kind: 'company', createdAt }, [
    { userId: owner.userId, role: 'owner' },
    { userId: colleague.userId, role: 'member' },
  ]);
  store.addAgent(sampleAgent({ id: agentId, workspaceId }));
  const ledger = createMemoryUsageLedger(store);
  const budgets = createMemoryBudgetStore({ now: Date.now, newId, store, ledger });
  return {
    budgets,
    ledger,
    access,
    owner,
    colleague,
    stranger,
    workspaceId,
    agentId,
    async thread(of) {
      const thread = sampleThread({ workspaceId, agentId });
      await store.addThread(await access.forUser(of), thread, of.userId);
      return thread.id;
    },
  };
}

budgetStoreContract('memory', createWorld);
usageLedgerContract('memory', createWorld);
