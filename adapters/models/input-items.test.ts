import { expect, it } from 'vitest';
import { newId } from '#core/ports/samples.contract.ts';
import type { Item } from '#core/protocol/item.ts';
import { toInputItems } from './input-items.ts';
import { userMessage } from './testing.ts';

const base = () => ({
  id: newId('itm'),
  runId: newId('run'),
  agentId: newId('agt'),
  createdAt: '2026-11-21T09:00:00.000Z',
  status: 'completed' as const,
});
const call: Item = { ...base(), type: 'tool_call', callId: 'call_1', name: 'current_time', arguments: '{}' };

it('reads messages of both sides', () => {
  const history: Item[] = [userMessage('Hello'), { ...base(), type: 'agent_message', text: 'Hi.' }];

  expect(history.flatMap(toInputItems)).toEqual([
    { role: 'user', content: 'Hello' },
    { role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hi.' }] },
  ]);
});

it('reads a call together with its result', () => {
  const done: Item = { ...call, result: { ok: false, output: 'no paper', durationMs: 3 } };

  expect(toInputItems(done)).toEqual([
    { type: 'function_call', callId: call.id, name: 'current_time', arguments: '{}', status: 'completed' },
    {
      type: 'function_call_result',
      callId: call.id,
      name: 'current_time',
      output: { type: 'text', text: 'no paper' },
      status: 'completed',
    },
  ]);
});

it.each<[string, Item]>([
  ['a call without a result', call],
  ['a message without words', { ...base(), type: 'agent_message', text: '' }],
  ['reasoning', { ...base(), type: 'reasoning', text: 'Hm.' }],
])('leaves out %s', (_name, item) => {
  expect(toInputItems(item)).toEqual([]);
});
