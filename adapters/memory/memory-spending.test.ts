import { budgetStoreContract, type SpendingWorld, usageLedgerContract } from '#core/ports/budget-store.contract.ts';
import { newId, newUserId } from '#core/ports/samples.contract.ts';
import { agentDefaults } from '#core/protocol/agent.ts';
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
  const agent = { name: 'Ada', description: '', instructions: '', model: 'default', tools: [], ...agentDefaults };
  store.addAgent({ id: agentId, workspaceId, ...agent, createdAt });
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
      const id = newId('thr');
      const thread = { id, workspaceId, agentId, title: null, status: 'active' as const, createdAt };
      await store.addThread(await access.forUser(of), { ...thread, updatedAt: createdAt }, of.userId);
      return id;
    },
  };
}

budgetStoreContract('memory', createWorld);
usageLedgerContract('memory', createWorld);
