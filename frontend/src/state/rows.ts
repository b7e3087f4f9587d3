import type { AgentId, ItemId } from '#core/protocol/ids.ts';
import { type AgentMessageItem, type ApprovalItem, type Item, isAgentItem } from '#core/protocol/item.ts';

/** An item as it is drawn. */
export interface Row {
  readonly item: Item;
  /** What was asked about this call. */
  readonly approvals: readonly ApprovalItem[];
  /** What an agent said and did that was asked by this call. */
  readonly inside: readonly Row[];
  /** Whose it is, where that is not whom the reader expects. */
  readonly speaker: AgentId | undefined;
}

/** The rows of a turn: what belongs to a call stands with the call, and who speaks is said when it changes. */
export function rowsOf(items: readonly Item[], expected: AgentId | undefined): Row[] {
  const calls = new Set(items.flatMap((item) => (item.type === 'tool_call' ? [item.id] : [])));
  const callOf = (item: Item): ItemId | undefined => {
    const about = item.type === 'approval' ? item.call?.itemId : isAgentItem(item) ? item.parentItemId : undefined;
    return about && calls.has(about) ? about : undefined;
  };
  const byCall = Map.groupBy(items, callOf);

  function rowsIn(call: ItemId | undefined, before: AgentId | undefined): Row[] {
    let current = before;
    return (byCall.get(call) ?? []).flatMap((item): Row[] => {
      if (item.type === 'approval' && call) return [];
      const own = item.type === 'tool_call' ? (byCall.get(item.id) ?? []) : [];
      const approvals = own.filter((each) => each.type === 'approval');
      const inside = item.type === 'tool_call' ? rowsIn(item.id, undefined) : [];
      const speaker = item.type === 'agent_message' && item.agentId !== current ? item.agentId : undefined;
      if (item.type === 'agent_message') current = item.agentId;
      return [{ item, approvals, inside, speaker }];
    });
  }

  return rowsIn(undefined, expected);
}

/** What agents said to the reader; what a delegate says is said to the agent that asked it. */
export const answersOf = (items: readonly Item[]): AgentMessageItem[] =>
  items.filter((item) => item.type === 'agent_message').filter(({ parentItemId }) => !parentItemId);

export const sameRow = (a: Row, b: Row): boolean =>
  a.item === b.item &&
  a.speaker === b.speaker &&
  a.approvals.length === b.approvals.length &&
  a.approvals.every((approval, index) => approval === b.approvals[index]) &&
  a.inside.length === b.inside.length &&
  a.inside.every((row, index) => {
    const other = b.inside[index];
    return other !== undefined && sameRow(row, other);
  });
