import type { NewId } from '#core/domain/ids.ts';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { Event } from '#core/protocol/event.ts';
import type { AgentId, ItemId, RunId } from '#core/protocol/ids.ts';

export type WrittenStep = Exclude<AgentStep, { type: 'ended' }>;

interface Options {
  readonly runId: RunId;
  readonly agentId: AgentId;
  readonly newId: NewId;
  readonly now: Clock;
}

/** Turns what an agent does into the events that say so. Keeps which item each of the agent's own keys stands for. */
export function createStepEvents({ runId, agentId, newId, now }: Options): (step: WrittenStep) => Event | null {
  const items = new Map<string, ItemId>();

  const itemOf = (key: string): ItemId => {
    const known = items.get(key);
    if (!known) throw new Error(`the agent went on with ${key}, which it never began`);
    return known;
  };
  const begin = (key: string) => {
    const id = newId('itm');
    items.set(key, id);
    return { id, runId, createdAt: timestamp(now()), agentId, status: 'in_progress' as const };
  };

  return (step) => {
    switch (step.type) {
      case 'message_started':
        return { type: 'item.added', item: { ...begin(step.key), type: 'agent_message', text: '' } };
      case 'reasoning_started':
        return { type: 'item.added', item: { ...begin(step.key), type: 'reasoning', text: '' } };
      case 'text':
        return { type: 'item.delta', itemId: itemOf(step.key), text: step.text };
      case 'text_ended':
        return { type: 'item.done', itemId: itemOf(step.key), status: 'completed' };
      case 'tool_called': {
        const { callId, name } = step;
        const item = { ...begin(step.key), type: 'tool_call' as const, callId, name, arguments: step.arguments };
        return { type: 'item.added', item };
      }
      case 'tool_started':
        return { type: 'tool.started', itemId: itemOf(step.key) };
      case 'tool_ended': {
        const { ok, output, durationMs } = step;
        return { type: 'tool.done', itemId: itemOf(step.key), ok, output, durationMs };
      }
      case 'model_answered':
        return null;
    }
  };
}
