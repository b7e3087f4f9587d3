import { useState } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import type { AgentId } from '#core/protocol/ids.ts';
import { localText } from '../state/local-storage.ts';

const key = 'troupe.agent';

/** Makes an agent the one that the next new thread begins with. */
export const keepChosenAgent = (agentId: AgentId): void => localText.set(key, agentId);

/** The agent for the next new thread: the last one chosen, as long as it is there. */
export function useChosenAgent(agents: readonly Agent[] | undefined) {
  const [chosen, setChosen] = useState(() => localText.get(key));
  const agent = agents?.find(({ id }) => id === chosen) ?? agents?.[0];
  const choose = (agentId: AgentId) => {
    keepChosenAgent(agentId);
    setChosen(agentId);
  };
  return { agent, choose };
}
