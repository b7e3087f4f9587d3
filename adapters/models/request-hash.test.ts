import type { ModelRequest } from '@openai/agents';
import { expect, it } from 'vitest';
import { canonicalJson, requestHash } from './request-hash.ts';

const by = { agentId: 'agt', model: 'demo/scripted' };
const request: ModelRequest = {
  systemInstructions: 'Be brief.',
  input: [
    { role: 'user', content: 'Hello' },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Hi.' }],
    },
  ],
  modelSettings: { temperature: 0.5 },
  tools: [
    {
      type: 'function',
      name: 'look',
      description: 'Looks.',
      parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
      strict: true,
    },
  ],
  handoffs: [],
  outputType: 'text',
  tracing: false,
};
const changed = (change: Partial<ModelRequest>) => requestHash(by, { ...request, ...change });
const hash = requestHash(by, request);

it('is the same for the same question, whatever the order of its fields', () => {
  expect(canonicalJson({ a: 1, b: undefined, c: [{ y: 1, x: 2 }] })).toBe('{"a":1,"c":[{"x":2,"y":1}]}');
  expect(changed({})).toBe(hash);
});

it('does not depend on marks of a provider, nor on how a tool is described', () => {
  const [first] = request.input;
  const [tool] = request.tools;
  const input = [
    typeof first === 'object' ? first : { role: 'user' as const, content: '' },
    {
      type: 'message' as const,
      id: 'msg_2',
      role: 'assistant' as const,
      status: 'completed' as const,
      providerData: { trace: 7 },
      content: [{ type: 'output_text' as const, text: 'Hi.' }],
    },
  ];

  expect(changed({ input })).toBe(hash);
  expect(changed({ tools: tool?.type === 'function' ? [{ ...tool, description: 'Looks around.' }] : [] })).toBe(hash);
});

it('is another one for another question', () => {
  const others = [
    changed({ systemInstructions: 'Be long.' }),
    changed({ input: [{ role: 'user', content: 'Hello!' }] }),
    changed({ modelSettings: { temperature: 0.6 } }),
    changed({ tools: [] }),
    requestHash({ ...by, agentId: 'other' }, request),
    requestHash({ ...by, model: 'openai/other' }, request),
  ];

  expect(new Set([hash, ...others]).size).toBe(others.length + 1);
});
