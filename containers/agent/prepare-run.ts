import type { HistoryPointer, Prepared, PreparedAgent } from '#core/domain/journal.ts';
import { resolveModel } from '#core/domain/model-id.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { Tool } from '#core/ports/tool.ts';
import type { WorkspaceStore } from '#core/ports/workspace-store.ts';
import type { Agent } from '#core/protocol/agent.ts';
import type { AgentId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import { storableText } from '#core/protocol/text.ts';
import { hashOfText } from './run-ids.ts';

interface PrepareDeps {
  readonly store: Pick<WorkspaceStore, 'agent'>;
  readonly tools: readonly Tool[];
  readonly defaultModel: string;
  readonly now: Clock;
}

/** How far from the run's agent its colleagues may be: those beyond cannot be reached. */
const furthestAgent = 3;

/** Fixes what a run is decided by. Null when its agent is not there (any more) for this user. */
export async function prepareRun(
  deps: PrepareDeps,
  access: DataAccess,
  { agentId }: Pick<RunRecord, 'agentId'>,
  history: readonly Item[],
): Promise<Prepared | null> {
  const agents = await reachableAgents(deps.store, access, agentId);
  if (!agents.some(({ id }) => id === agentId)) return null;
  return {
    agentId,
    agents: agents.map((agent) => preparedAgent(deps, agent)),
    history: pointerTo(history),
    at: timestamp(deps.now()),
  };
}

/** The agent and those that it can hand over to or ask, step by step; one that is not there for this user is left out. */
async function reachableAgents(store: PrepareDeps['store'], access: DataAccess, agentId: AgentId): Promise<Agent[]> {
  const found = new Map<AgentId, Agent>();
  let next = [agentId];
  for (let distance = 0; distance <= furthestAgent && next.length > 0; distance += 1) {
    const agents = await Promise.all(next.map((id) => store.agent(access, id)));
    for (const agent of agents) if (agent) found.set(agent.id, agent);
    const edges = agents.flatMap((agent) => (agent ? [...agent.handoffs, ...agent.delegates] : []));
    next = [...new Set(edges)].filter((id) => !found.has(id));
  }
  return [...found.values()];
}

const noPolicy = { approval: 'never' as const };

function preparedAgent({ tools, defaultModel }: PrepareDeps, agent: Agent): PreparedAgent {
  const { id, version, name, description, instructions, settings, toolPolicies, handoffs, delegates, limits } = agent;
  const own = tools.filter((tool) => agent.tools.includes(tool.name));
  return {
    id,
    version,
    name,
    description,
    instructions,
    model: resolveModel(agent.model, defaultModel),
    settings,
    tools: own.map((tool) => ({ name: tool.name, policy: toolPolicies[tool.name] ?? tool.policy ?? noPolicy })),
    handoffs,
    delegates,
    limits,
    granted: [],
  };
}

/** How many of a thread's newest items the model gets to read. */
export const historyLimit = 200;

/** The items that a model is given, as they will be read again: what Postgres does not take is left out at once. */
export const readableHistory = (items: readonly Item[]): Item[] => items.slice(-historyLimit).map(storable);

/** The same items again, as the pointer says; null when they are not the same any more. */
export function historyAt(pointer: HistoryPointer, items: readonly Item[]): Item[] | null {
  const first = items.findIndex(({ id }) => id === pointer.firstItemId);
  const again = first < 0 ? [] : items.slice(first, first + pointer.count).map(storable);
  return pointerTo(again).hash === pointer.hash ? again : null;
}

const pointerTo = (items: readonly Item[]): HistoryPointer => ({
  firstItemId: items.at(0)?.id ?? null,
  lastItemId: items.at(-1)?.id ?? null,
  count: items.length,
  hash: hashOfText(JSON.stringify(items.map(essence))),
});

/** What a model reads of an item, whatever store it comes from. */
function essence(item: Item): unknown[] {
  switch (item.type) {
    case 'user_message':
    case 'agent_message':
      return [item.id, item.type, item.text];
    case 'tool_call':
      return [item.id, item.type, item.name, item.arguments, item.result?.output ?? null];
    case 'reasoning':
    case 'approval':
    case 'handoff':
      return [item.id, item.type];
  }
}

function storable(item: Item): Item {
  switch (item.type) {
    case 'user_message':
    case 'agent_message':
      return { ...item, text: storableText(item.text) };
    case 'tool_call': {
      const { result } = item;
      const readable = { ...item, name: storableText(item.name), arguments: storableText(item.arguments) };
      return result ? { ...readable, result: { ...result, output: storableText(result.output) } } : readable;
    }
    case 'reasoning':
    case 'approval':
    case 'handoff':
      return item;
  }
}
