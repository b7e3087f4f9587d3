import type { Event } from '../protocol/event.ts';
import type { ItemId } from '../protocol/ids.ts';
import { type Item, isAgentItem } from '../protocol/item.ts';
import { callKey, type JournalEntry, modelCallId } from './journal.ts';

// What a run's log shows when a worker takes the run up, against what the run's journal says has happened. Nobody reads anything twice.

/** What the journal says is in the log, or is yet to come: by the keys of items, with their whole text where they have one. */
export function impliedItems(entries: Iterable<JournalEntry>): Map<string, string | undefined> {
  const implied = new Map<string, string | undefined>();
  for (const entry of entries) {
    if (entry.type !== 'model') continue;
    const { scope, turn, said, response } = entry;
    for (const [part, { text }] of said.entries()) implied.set(`${modelCallId(scope, turn)}:${part}`, text);
    const calls = response.output.filter((item) => item['type'] === 'function_call');
    for (const index of calls.keys()) implied.set(callKey(scope, turn, index), undefined);
  }
  return implied;
}

/** Items of turns that were cut off before they were in the journal: they are going to be done anew, and differently. */
export const leftovers = (items: readonly Item[], implied: ReadonlyMap<ItemId, string | undefined>): ItemId[] =>
  items.flatMap((item) => {
    if (!isAgentItem(item) && item.type !== 'handoff') return [];
    if (!implied.has(item.id)) return [item.id];
    const text = implied.get(item.id);
    return text !== undefined && 'text' in item && !text.startsWith(item.text) ? [item.id] : [];
  });

/** Lets through of the events of a run that is told again from its beginning what its log does not show yet. */
export function createReconciler(shown: readonly Item[]): (event: Event) => Event | null {
  const known = new Map(shown.map((item) => [item.id, item]));
  const told = new Map<ItemId, number>();

  function restOf(event: Extract<Event, { type: 'item.delta' }>): Event | null {
    const item = known.get(event.itemId);
    if (!item || !('text' in item)) return event;
    const from = told.get(event.itemId) ?? 0;
    told.set(event.itemId, from + event.text.length);
    const text = event.text.slice(Math.max(0, item.text.length - from));
    return text === '' ? null : { ...event, text };
  }

  return (event) => {
    switch (event.type) {
      case 'item.added':
      case 'handoff':
        return known.has(event.item.id) ? null : event;
      case 'item.delta':
        return restOf(event);
      case 'item.done': {
        const item = known.get(event.itemId);
        if (!item || !isAgentItem(item) || item.status === 'in_progress') return event;
        return event.cutOff && 'text' in item && !item.cutOff ? event : null;
      }
      case 'item.read': {
        const item = known.get(event.itemId);
        return item?.type === 'user_message' && item.readInTurn !== undefined ? null : event;
      }
      case 'tool.started':
      case 'tool.done': {
        const item = known.get(event.itemId);
        return item?.type === 'tool_call' && item.result ? null : event;
      }
      case 'turn.restarted':
        for (const id of event.itemIds) known.delete(id);
        return event;
      default:
        return event;
    }
  };
}
