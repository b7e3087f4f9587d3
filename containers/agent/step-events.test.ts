import { expect, it } from 'vitest';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import { newId } from '#core/ports/samples.contract.ts';
import { createStepEvents, type WrittenStep } from './step-events.ts';

const runId = newId('run');
const agentId = newId('agt');
const at = '2026-11-21T09:00:00.000Z';

function create() {
  const ids: string[] = [];
  const numbered: typeof newId = (prefix) => {
    const id = newId(prefix);
    ids.push(id);
    return id;
  };
  return { eventOf: createStepEvents({ runId, agentId, newId: numbered, now: () => Date.parse(at) }), ids };
}

it.each(['message', 'reasoning'] as const)('writes a %s as an item, its text, and its end', (kind) => {
  const { eventOf, ids } = create();
  const steps: WrittenStep[] = [
    { type: `${kind}_started`, key: 'a' },
    { type: 'text', key: 'a', text: 'Hi' },
    { type: 'text_ended', key: 'a' },
  ];

  const events = steps.map(eventOf);

  const type = kind === 'message' ? 'agent_message' : 'reasoning';
  expect(events).toEqual([
    {
      type: 'item.added',
      item: { id: ids[0], runId, createdAt: at, agentId, status: 'in_progress', type, text: '' },
    },
    { type: 'item.delta', itemId: ids[0], text: 'Hi' },
    { type: 'item.done', itemId: ids[0], status: 'completed' },
  ]);
});

it('writes a tool call with its beginning and its end', () => {
  const { eventOf, ids } = create();
  const call = { callId: 'call_1', name: 'current_time', arguments: '{}' };
  const steps: WrittenStep[] = [
    { type: 'tool_called', key: 'call_1', ...call },
    { type: 'tool_started', key: 'call_1' },
    { type: 'tool_ended', key: 'call_1', ok: false, output: 'no paper', durationMs: 7 },
  ];

  const events = steps.map(eventOf);

  expect(events).toEqual([
    {
      type: 'item.added',
      item: { id: ids[0], runId, createdAt: at, agentId, status: 'in_progress', type: 'tool_call', ...call },
    },
    { type: 'tool.started', itemId: ids[0] },
    { type: 'tool.done', itemId: ids[0], ok: false, output: 'no paper', durationMs: 7 },
  ]);
});

it('keeps apart what goes on at the same time', () => {
  const { eventOf, ids } = create();
  eventOf({ type: 'message_started', key: 'a' });
  eventOf({ type: 'reasoning_started', key: 'b' });

  const event = eventOf({ type: 'text', key: 'a', text: 'Hi' });

  expect(event).toMatchObject({ itemId: ids[0] });
});

it('begins another item when a key comes again: models number their calls anew in every turn', () => {
  const { eventOf, ids } = create();
  const call: AgentStep & WrittenStep = {
    type: 'tool_called',
    key: 'call_1',
    callId: 'call_1',
    name: 'a',
    arguments: '',
  };
  eventOf(call);
  eventOf(call);

  const event = eventOf({ type: 'tool_started', key: 'call_1' });

  expect(event).toEqual({ type: 'tool.started', itemId: ids[1] });
});

it('writes nothing of the usage of one model call: the run sums it up', () => {
  const { eventOf } = create();
  const usage = { modelCalls: 1, inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, reasoningTokens: 0 };

  expect(eventOf({ type: 'model_answered', usage })).toBeNull();
});

it('does not go on with what was never begun', () => {
  const { eventOf } = create();

  expect(() => eventOf({ type: 'text', key: 'a', text: 'Hi' })).toThrow('never began');
});
