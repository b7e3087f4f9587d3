import { expect, it } from 'vitest';
import { newId } from '../ports/samples.contract.ts';
import { AgentContent } from '../protocol/agent-content.ts';
import { checkAgent } from './agent-check.ts';

const [self, colleague] = [newId('agt'), newId('agt')];
const around = { agentId: self, colleagues: new Set([self, colleague]) };
const content = (changes: Partial<AgentContent> = {}) =>
  AgentContent.parse({ name: 'Ada', description: '', instructions: '', model: 'default', tools: [], ...changes });

it('takes what there is, and resolves an alias', () => {
  const good = content({
    tools: ['current_time', 'memory_read'],
    toolPolicies: { memory_read: { approval: 'never' } },
    handoffs: [colleague],
  });

  expect(checkAgent(good, around)).toEqual({ model: 'default' });
  expect(checkAgent({ ...good, model: 'sonnet' }, around).model).toMatch(/^anthropic\/claude-sonnet-/);
  expect(checkAgent({ ...good, model: 'demo/scripted' }, around)).toEqual({ model: 'demo/scripted' });
});

it('names everything that is wrong at once', () => {
  const stranger = newId('agt');
  const bad = content({
    model: 'openai/gpt-wrong-name',
    tools: ['think', 'current_time'],
    toolPolicies: { ask_user: { approval: 'never' } },
    handoffs: [self],
    delegates: [stranger],
  });

  let error: unknown;
  try {
    checkAgent(bad, around);
  } catch (thrown) {
    error = thrown;
  }

  expect(error).toMatchObject({
    code: 'invalid_request',
    details: [
      { path: 'model' },
      { path: 'tools.0', message: 'there is no tool "think"' },
      { path: 'toolPolicies.ask_user' },
      { path: 'handoffs.0', message: 'leads back to the agent itself' },
      { path: 'delegates.0', message: `there is no agent ${stranger} in this workspace` },
    ],
  });
});

it('refuses settings that the model does not take', () => {
  const settings = { reasoningEffort: 'high' } as const;

  expect(() => checkAgent(content({ model: 'openai/gpt-4.1', settings }), around)).toThrow(/does not reason/);
});
