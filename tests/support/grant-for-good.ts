import { createSupabaseAccessMinter } from '#adapters/supabase/access-minter.ts';
import { createSupabaseToolGrantStore } from '#adapters/supabase/supabase-tool-grants.ts';
import { newId } from '#core/ports/samples.contract.ts';
import type { Agent } from '#core/protocol/agent.ts';
import { UserId } from '#core/protocol/ids.ts';
import type { TestStack } from './test-stack.ts';

type Target = Pick<TestStack, 'supabaseUrl' | 'publishableKey' | 'jwtSecret'>;

/** Lets an agent use a tool in somebody's runs without asking, by their own word, as a worker notes it on the way of a run. */
export async function grantForGood(
  { supabaseUrl, publishableKey, jwtSecret }: Target,
  user: { readonly userId: string },
  { id: agentId, workspaceId }: Pick<Agent, 'id' | 'workspaceId'>,
  tool: string,
): Promise<void> {
  const project = { url: supabaseUrl, publishableKey, jwtSecret };
  const userId = UserId.parse(user.userId);
  const run = await createSupabaseAccessMinter(project, Date.now).forThread(
    { userId, isAnonymous: false },
    newId('thr'),
  );
  const grant = { workspaceId, userId, agentId, tool, decider: 'requester_or_admin', grantedBy: userId } as const;
  await createSupabaseToolGrantStore(project).grant(run, grant);
}
