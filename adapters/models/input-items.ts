import type { AgentInputItem } from '@openai/agents';
import type { Item } from '#core/protocol/item.ts';

/**
 * An item as the model is to read it. What was never finished is left out: a call without its result would be refused. Calls
 * have their item's id, because models count theirs anew in each run, and the SDK takes the same id for the same call.
 */
export function toInputItems(item: Item): AgentInputItem[] {
  switch (item.type) {
    case 'user_message':
      return [{ role: 'user', content: item.text }];
    case 'agent_message':
      if (item.text === '') return [];
      return [{ role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: item.text }] }];
    case 'tool_call':
      if (!item.result) return [];
      return [
        { type: 'function_call', callId: item.id, name: item.name, arguments: item.arguments, status: 'completed' },
        {
          type: 'function_call_result',
          callId: item.id,
          name: item.name,
          output: { type: 'text', text: item.result.output },
          status: 'completed',
        },
      ];
    case 'reasoning':
    case 'approval':
    case 'handoff':
      return [];
  }
}
