import { afterAll, beforeAll } from 'vitest';
import { toolGrantStoreContract } from '#core/ports/tool-grant-store.contract.ts';
import { AgentId, ThreadId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import { type Company, startCompany } from '../../supabase/tests/actors.ts';
import { createSupabaseAccessMinter } from './access-minter.ts';
import { createSupabaseAgentStore } from './supabase-agent-store.ts';
import { createSupabaseToolGrantStore } from './supabase-tool-grants.ts';
import { ownProjectsOf } from './testing.ts';

let company: Company;
beforeAll(async () => {
  company = await startCompany();
});
afterAll(() => company?.supabase.stop());

toolGrantStoreContract('Supabase', async () => {
  const { supabase, userIds, workspaceId, agentId, threadId } = company;
  const project = { url: supabase.url, publishableKey: supabase.publishableKey, jwtSecret: supabase.jwtSecret };
  const minter = createSupabaseAccessMinter(project, Date.now);
  const user = (actor: 'member' | 'admin' | 'stranger') => ({
    userId: UserId.parse(userIds[actor]),
    isAnonymous: false,
  });
  const store = createSupabaseToolGrantStore(project);
  const grant = {
    workspaceId: WorkspaceId.parse(workspaceId),
    userId: user('member').userId,
    agentId: AgentId.parse(agentId),
    tool: 'send',
    decider: 'requester_or_admin' as const,
    grantedBy: user('admin').userId,
  };
  const admin = await minter.forUser(user('admin'));
  for (const tool of ['send', 'pay']) await store.revoke(admin, { ...grant, tool });
  return {
    store,
    agents: createSupabaseAgentStore(project, ownProjectsOf(project)),
    member: await minter.forUser(user('member')),
    admin,
    stranger: await minter.forUser(user('stranger')),
    run: await minter.forThread(user('member'), ThreadId.parse(threadId)),
    grant,
  };
});
