import { expect, it } from 'vitest';
import { parseModelId, resolveModel } from './model-id.ts';

it.each([
  ['demo/scripted', { provider: 'demo', name: 'scripted' }],
  ['ollama/library/qwen3:8b', { provider: 'ollama', name: 'library/qwen3:8b' }],
  ['scripted', null],
  ['/scripted', null],
  ['demo/', null],
  ['', null],
])('reads %j', (text, model) => {
  expect(parseModelId(text)).toEqual(model);
});

it('leaves an agent its own model', () => {
  expect(resolveModel('openai/gpt-5', 'demo/scripted')).toBe('openai/gpt-5');
  expect(resolveModel('default', 'demo/scripted')).toBe('demo/scripted');
});
