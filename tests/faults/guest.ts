import type { AgentId } from '#core/protocol/ids.ts';
import { giveTools } from '../support/give-tools.ts';
import type { TestStack } from '../support/test-stack.ts';
import { newUser, type TestUser } from '../support/test-user.ts';

/** Somebody with an agent that can have the conversations. */
export interface Guest {
  readonly user: TestUser;
  readonly agentId: AgentId;
}

export async function newGuest(stack: TestStack): Promise<Guest> {
  const user = await newUser(stack);
  const { id: workspaceId } = user.workspace;
  const newAgent = (agent: { name: string; description: string; handoffs?: AgentId[]; delegates?: AgentId[] }) =>
    user.call('POST /v1/agents', { body: { workspaceId, instructions: 'Do as the script says.', ...agent } });
  const closer = await newAgent({ name: 'Closer', description: 'Ends a booking.' });
  const scout = await newAgent({ name: 'Scout', description: 'Goes and looks.' });
  const booker = await newAgent({
    name: 'Booker',
    description: 'Books what is asked for.',
    handoffs: [closer.id],
    delegates: [scout.id],
  });
  await giveTools(stack, user.userId, ['switch_theme', 'look_up', 'charge', 'wire', 'dawdle']);
  return { user, agentId: booker.id };
}
