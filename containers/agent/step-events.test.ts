import { expect, it } from 'vitest';
import { newId } from '#core/ports/samples.contract.ts';
import { itemIdOf } from './run-ids.ts';
import { createStepEvents, type WrittenStep } from './step-events.ts';

const runId = newId('run');
const agentId = newId('agt');
const at = '2026-11-21T09:00:00.000Z';
const eventsOf = createStepEvents({ runId, now: () => Date.parse(at) });
const id = (key: string) => itemIdOf(runId, key);

it.each(['message', 'reasoning'] as const)('writes a %s as an item, its text, and its end', (kind) => {
  const steps: WrittenStep[] = [
    { type: `${kind}_started`, key: '1:0', agentId },
    { type: 'text', key: '1:0', text: 'Hi' },
    { type: 'text_ended', key: '1:0' },
  ];

  const events = steps.flatMap(eventsOf);

  const type = kind === 'message' ? 'agent_message' : 'reasoning';
  expect(events).toEqual([
    {
      type: 'item.added',
      item: { id: id('1:0'), runId, createdAt: at, agentId, status: 'in_progress', type, text: '' },
    },
    { type: 'item.delta', itemId: id('1:0'), text: 'Hi' },
    { type: 'item.done', itemId: id('1:0'), status: 'completed' },
  ]);
});

it('writes why an answer is not whole', () => {
  expect(eventsOf({ type: 'text_ended', key: '1:0', cutOff: 'max_tokens' })).toEqual([
    { type: 'item.done', itemId: id('1:0'), status: 'completed', cutOff: 'max_tokens' },
  ]);
});

it('writes a tool call with its beginning and its end', () => {
  const call = { callId: 'call_1', name: 'current_time', arguments: '{}' };
  const blob = { id: 'blob-1', bytes: 70_000 };
  const steps: WrittenStep[] = [
    { type: 'tool_called', key: '1.0', agentId, ...call },
    { type: 'tool_started', key: '1.0' },
    { type: 'tool_ended', key: '1.0', ok: false, output: 'no paper', durationMs: 7, blob },
  ];

  const events = steps.flatMap(eventsOf);

  expect(events).toEqual([
    {
      type: 'item.added',
      item: { id: id('1.0'), runId, createdAt: at, agentId, status: 'in_progress', type: 'tool_call', ...call },
    },
    { type: 'tool.started', itemId: id('1.0') },
    { type: 'tool.done', itemId: id('1.0'), ok: false, output: 'no paper', durationMs: 7, blob },
  ]);
});

it('gives the same thing the same id in every attempt, and in each run another', () => {
  expect(id('1.0')).toBe(itemIdOf(runId, '1.0'));
  expect(new Set([id('1.0'), id('1:0'), itemIdOf(newId('run'), '1.0')]).size).toBe(3);
  expect(id('1.0').slice(4, 14)).toBe(runId.slice(4, 14));
});

it('puts what a delegate says under the call that asked it', () => {
  const [event] = eventsOf({ type: 'message_started', key: '1.0/1:0', agentId, parent: '1.0' });

  expect(event).toMatchObject({ item: { parentItemId: id('1.0') } });
});

it('writes who answers from here on, unless it is between delegates', () => {
  const toAgentId = newId('agt');

  expect(eventsOf({ type: 'handed_over', key: '1.0', agentId, toAgentId })).toMatchObject([
    { type: 'handoff', item: { fromAgentId: agentId, toAgentId } },
  ]);
  expect(eventsOf({ type: 'handed_over', key: '1.0/1.0', agentId, toAgentId, parent: '1.0' })).toEqual([]);
});

it('takes back what a turn had said that begins anew, and says why', () => {
  expect(eventsOf({ type: 'turn_dropped', keys: ['1:0', '1:1'], message: 'It broke off.' })).toEqual([
    { type: 'turn.restarted', itemIds: [id('1:0'), id('1:1')] },
    { type: 'notice', level: 'warning', message: 'It broke off.' },
  ]);
  expect(eventsOf({ type: 'turn_dropped', keys: [], message: 'It broke off.' })).toHaveLength(1);
});

it('writes nothing of the usage of one model call: the run sums it up', () => {
  const usage = { modelCalls: 1, inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, reasoningTokens: 0 };

  expect(eventsOf({ type: 'model_answered', usage })).toEqual([]);
});
