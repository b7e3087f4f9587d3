import type { AgentStep } from '#core/ports/agent-runner.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { Event } from '#core/protocol/event.ts';
import type { RunId } from '#core/protocol/ids.ts';
import { itemIdOf } from './run-ids.ts';

export type WrittenStep = Exclude<AgentStep, { type: 'ended' }>;

/** Turns what an agent does into the events that say so. The same step of a run is always about the same item. */
export function createStepEvents({ runId, now }: { runId: RunId; now: Clock }): (step: WrittenStep) => Event[] {
  const itemOf = (key: string) => itemIdOf(runId, key);
  const begin = ({ key, agentId, parent }: Extract<WrittenStep, { agentId: unknown }>) => ({
    id: itemOf(key),
    runId,
    createdAt: timestamp(now()),
    agentId,
    status: 'in_progress' as const,
    ...(parent !== undefined && { parentItemId: itemOf(parent) }),
  });

  return (step) => {
    switch (step.type) {
      case 'message_started':
        return [{ type: 'item.added', item: { ...begin(step), type: 'agent_message', text: '' } }];
      case 'reasoning_started':
        return [{ type: 'item.added', item: { ...begin(step), type: 'reasoning', text: '' } }];
      case 'text':
        return [{ type: 'item.delta', itemId: itemOf(step.key), text: step.text }];
      case 'text_ended':
        return [
          {
            type: 'item.done',
            itemId: itemOf(step.key),
            status: 'completed',
            ...(step.cutOff && { cutOff: step.cutOff }),
          },
        ];
      case 'tool_called': {
        const { callId, name } = step;
        const item = { ...begin(step), type: 'tool_call' as const, callId, name, arguments: step.arguments };
        return [{ type: 'item.added', item }];
      }
      case 'tool_started':
        return [{ type: 'tool.started', itemId: itemOf(step.key) }];
      case 'tool_ended': {
        const { ok, output, durationMs, blob, isCutOff } = step;
        const more = { ...(blob && { blob }), ...(isCutOff && { isCutOff }) };
        return [{ type: 'tool.done', itemId: itemOf(step.key), ok, output, durationMs, ...more }];
      }
      case 'handed_over': {
        // Whom a delegate hands its own work over to is no change of the one who answers.
        if (step.parent !== undefined) return [];
        const { agentId: fromAgentId, toAgentId } = step;
        const place = { id: itemOf(step.key), runId, createdAt: timestamp(now()) };
        return [{ type: 'handoff', item: { ...place, type: 'handoff', fromAgentId, toAgentId } }];
      }
      case 'steers_read':
        return step.itemIds.map((itemId) => ({ type: 'item.read', itemId, turn: step.turn }));
      case 'turn_dropped': {
        const notice: Event = { type: 'notice', level: 'warning', message: step.message };
        if (step.keys.length === 0) return [notice];
        return [{ type: 'turn.restarted', itemIds: step.keys.map(itemOf) }, notice];
      }
      case 'limit_reached': {
        const { limit, used, max } = step;
        return [{ type: 'limit.reached', limit, used, max }];
      }
      case 'notice':
        return [{ type: 'notice', level: step.level, message: step.message }];
      case 'model_answered':
        return [];
    }
  };
}
