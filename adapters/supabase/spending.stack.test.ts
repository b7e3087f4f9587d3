import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll } from 'vitest';
import { budgetStoreContract, type SpendingWorld, usageLedgerContract } from '#core/ports/budget-store.contract.ts';
import { newId } from '#core/ports/samples.contract.ts';
import { UserId } from '#core/protocol/ids.ts';
import { startSupabase, type TestSupabase } from '#local/supabase/start-for-test.ts';
import { createSupabaseAccessMinter } from './access-minter.ts';
import { createSupabaseBudgetStore } from './supabase-budget-store.ts';
import { createSupabaseUsageLedger } from './supabase-usage-ledger.ts';

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startSupabase();
});
afterAll(() => supabase.stop());

async function createWorld(): Promise<SpendingWorld> {
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const admin = createClient(supabase.url, supabase.secretKey, options);
  const person = async () => {
    const { data } = await createClient(supabase.url, supabase.publishableKey, options).auth.signInAnonymously();
    return { userId: UserId.parse(data.user?.id), isAnonymous: true };
  };
  const add = async (table: string, rows: object) => {
    const { error } = await admin.from(table).insert(rows);
    if (error) throw new Error(`could not arrange ${table}: ${error.message}`);
  };
  const [owner, colleague, stranger] = [await person(), await person(), await person()];
  const [workspaceId, agentId] = [newId('wsp'), newId('agt')];
  await add('workspaces', { id: workspaceId, name: 'Ours', kind: 'company' });
  await add('members', [
    { workspace_id: workspaceId, user_id: owner.userId, role: 'owner' },
    { workspace_id: workspaceId, user_id: colleague.userId, role: 'member' },
  ]);
  await add('agents', { id: agentId, workspace_id: workspaceId, name: 'Ada' });
  const project = { url: supabase.url, publishableKey: supabase.publishableKey };
  return {
    budgets: createSupabaseBudgetStore(project),
    ledger: createSupabaseUsageLedger(project),
    access: createSupabaseAccessMinter({ ...project, jwtSecret: supabase.jwtSecret }, Date.now),
    owner,
    colleague,
    stranger,
    workspaceId,
    agentId,
    async thread(of) {
      const id = newId('thr');
      await add('threads', { id, workspace_id: workspaceId, agent_id: agentId, user_id: of.userId });
      return id;
    },
  };
}

budgetStoreContract('Supabase', createWorld);
usageLedgerContract('Supabase', createWorld);
