import { PostgrestClient } from '@supabase/postgrest-js';
import { createSupabaseAccessMinter } from '#adapters/supabase/access-minter.ts';
import { UserId } from '#core/protocol/ids.ts';
import type { TestStack } from './test-stack.ts';

/** Gives all agents of a user tools that only the workers of a test have; the API knows only the platform's own. */
export async function giveTools(stack: TestStack, userId: string, tools: readonly string[]): Promise<void> {
  const project = { url: stack.supabaseUrl, publishableKey: stack.publishableKey, jwtSecret: stack.jwtSecret };
  const minter = createSupabaseAccessMinter(project, Date.now);
  const { token } = await minter.forUser({ kind: 'person', userId: UserId.parse(userId), isAnonymous: true });
  const postgrest = new PostgrestClient(`${stack.supabaseUrl}/rest/v1`, {
    headers: { apikey: stack.publishableKey, authorization: `Bearer ${token}` },
  });
  const { error } = await postgrest.from('agents').update({ tools }).neq('name', '');
  if (error) throw new Error(`the agents got no tools: ${error.message}`);
}
