import type { HistoryPointer, Prepared, PreparedAgent } from '#core/domain/journal.ts';
import { resolveModel } from '#core/domain/model-id.ts';
import { assemblePrompt, promptInputOf } from '#core/domain/prompt.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import { isGranted } from '#core/domain/tool-grant.ts';
import type { AgentContext } from '#core/ports/agent-store.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { Tool } from '#core/ports/tool.ts';
import type { Agent } from '#core/protocol/agent.ts';
import type { Item } from '#core/protocol/item.ts';
import { storableText } from '#core/protocol/text.ts';
import { hashOfText } from './run-ids.ts';

export interface PrepareDeps {
  readonly tools: readonly Tool[];
  readonly defaultModel: string;
  readonly now: Clock;
}

/** Fixes what a run is decided by. */
export function prepareRun(
  deps: Pick<PrepareDeps, 'tools' | 'defaultModel' | 'now'>,
  { agentId }: Pick<RunRecord, 'agentId'>,
  surroundings: AgentContext,
  history: readonly Item[],
): Prepared {
  const atMs = deps.now();
  return {
    agentId,
    agents: surroundings.agents.map(({ agent }) => preparedAgent(deps, surroundings, agent, atMs)),
    history: pointerTo(history),
    at: timestamp(atMs),
  };
}

const noPolicy = { approval: 'never' as const };

function preparedAgent(
  { tools, defaultModel }: Pick<PrepareDeps, 'tools' | 'defaultModel'>,
  surroundings: AgentContext,
  agent: Agent,
  atMs: number,
): PreparedAgent {
  const { id, version, name, description, settings, toolPolicies, handoffs, delegates, limits } = agent;
  const own = tools
    .filter((tool) => agent.tools.includes(tool.name))
    .map((tool) => ({ name: tool.name, policy: toolPolicies[tool.name] ?? tool.policy ?? noPolicy }));
  return {
    id,
    version,
    name,
    description,
    instructions: assemblePrompt(promptInputOf(surroundings, id, atMs)).text,
    model: resolveModel(agent.model, defaultModel),
    settings,
    tools: own,
    handoffs,
    delegates,
    limits,
    granted: own.flatMap((tool) =>
      isGranted(tool.policy, { agentId: id, tool: tool.name }, surroundings.grants) ? [tool.name] : [],
    ),
  };
}

/** The items that a model is given, as they will be read again: what Postgres does not take is left out at once. */
export const readableHistory = (items: readonly Item[]): Item[] => items.map(storable);

/**
 * The same items again, as the pointer says, of those from its first one on; null when they are not the same any more. A message that was
 * put into an earlier run may have come into the log since, when whoever took it died in between: nobody has read it there.
 */
export function historyAt(pointer: HistoryPointer, items: readonly Item[]): Item[] | null {
  for (const then of [items, items.filter((item) => !isUnreadSteer(item))]) {
    const again = readableHistory(then.slice(0, pointer.count));
    if (pointerTo(again).hash === pointer.hash) return again;
  }
  return null;
}

const isUnreadSteer = (item: Item): boolean =>
  item.type === 'user_message' && item.delivery === 'steer' && item.readInTurn === undefined;

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
