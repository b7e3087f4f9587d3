import type { AgentId, ItemId } from '#core/protocol/ids.ts';
import type { ApprovalItem, Item } from '#core/protocol/item.ts';

/** An item as it is drawn. */
export interface Row {
  readonly item: Item;
  /** What was asked about this call. */
  readonly approvals: readonly ApprovalItem[];
  /** Whose it is, where that is not whom the reader expects. */
  readonly speaker: AgentId | undefined;
}

/** The rows of a turn: what was asked about a call stands with the call, and who speaks is said when it changes. */
export function rowsOf(items: readonly Item[], expected: AgentId | undefined): Row[] {
  const calls = new Set(items.flatMap((item) => (item.type === 'tool_call' ? [item.id] : [])));
  const about = Map.groupBy(
    items.filter((item) => item.type === 'approval'),
    ({ call }): ItemId | undefined => (call && calls.has(call.itemId) ? call.itemId : undefined),
  );
  let current = expected;
  return items.flatMap((item): Row[] => {
    if (item.type === 'approval' && item.call && calls.has(item.call.itemId)) return [];
    const approvals = item.type === 'tool_call' ? (about.get(item.id) ?? []) : [];
    const agent = 'agentId' in item ? item.agentId : current;
    const speaker = item.type === 'agent_message' && agent !== current ? agent : undefined;
    if (item.type === 'agent_message') current = agent;
    return [{ item, approvals, speaker }];
  });
}

export const sameRow = (a: Row, b: Row): boolean =>
  a.item === b.item &&
  a.speaker === b.speaker &&
  a.approvals.length === b.approvals.length &&
  a.approvals.every((approval, index) => approval === b.approvals[index]);
