import { PostgrestClient } from '@supabase/postgrest-js';
import { createSupabaseAccessMinter } from '#adapters/supabase/access-minter.ts';
import { type AgentId, UserId } from '#core/protocol/ids.ts';
import { newUser, type TestUser } from '../support/test-user.ts';
import type { FaultWorld } from './fault-world.ts';

/** Somebody with an agent that can have the conversation. */
export interface Guest {
  readonly user: TestUser;
  readonly agentId: AgentId;
}

export async function newGuest({ stack }: Pick<FaultWorld, 'stack'>): Promise<Guest> {
  const user = await newUser(stack);
  const { id: workspaceId } = user.workspace;
  const closer = await user.call('POST /v1/agents', {
    body: { workspaceId, name: 'Closer', description: 'Ends a booking.', instructions: 'Say what was booked.' },
  });
  const booker = await user.call('POST /v1/agents', {
    body: {
      workspaceId,
      name: 'Booker',
      instructions: 'Book what is asked for.',
      tools: ['switch_theme'],
      handoffs: [closer.id],
    },
  });
  await giveTestTools(stack, user, booker.id);
  return { user, agentId: booker.id };
}

/** The API knows only the platform's own tools; the workers of the fault tests have two more. */
async function giveTestTools(stack: FaultWorld['stack'], user: TestUser, agentId: AgentId): Promise<void> {
  const project = { url: stack.supabaseUrl, publishableKey: stack.publishableKey, jwtSecret: stack.jwtSecret };
  const { token } = await createSupabaseAccessMinter(project, Date.now).forUser({
    kind: 'person',
    userId: UserId.parse(user.userId),
    isAnonymous: true,
  });
  const postgrest = new PostgrestClient(`${stack.supabaseUrl}/rest/v1`, {
    headers: { apikey: stack.publishableKey, authorization: `Bearer ${token}` },
  });
  const tools = ['switch_theme', 'look_up', 'charge'];
  const { error } = await postgrest.from('agents').update({ tools }).eq('id', agentId);
  if (error) throw new Error(`the agent got no tools: ${error.message}`);
}
