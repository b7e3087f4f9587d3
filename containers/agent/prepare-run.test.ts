import { expect, it } from 'vitest';
import type { AgentContext } from '#core/ports/agent-store.ts';
import { newId, sampleAgent } from '#core/ports/samples.contract.ts';
import type { Item } from '#core/protocol/item.ts';
import { historyAt, prepareRun } from './prepare-run.ts';

const message = (text: string, more: { delivery?: 'steer'; readInTurn?: number } = {}): Item => ({
  id: newId('itm'),
  runId: newId('run'),
  createdAt: '2026-11-21T09:00:00.000Z',
  type: 'user_message',
  text,
  ...more,
});

function pointerTo(history: readonly Item[]) {
  const agent = sampleAgent({ workspaceId: newId('wsp') });
  const surroundings: AgentContext = {
    workspaceName: 'Acme',
    person: { name: null, timezone: null },
    agents: [{ agent, rules: [], skills: [], memories: [], memoryCount: 0 }],
    grants: [],
  };
  const deps = { tools: [], defaultModel: 'demo/scripted', now: () => 0 };
  return prepareRun(deps, { agentId: agent.id }, surroundings, history).history;
}

it('finds again what a run was given, also when a message that nobody has read came into an earlier run behind its end', () => {
  const [first, last] = [message('Hello'), message('And now?')];
  const late = message('Shorter, please.', { delivery: 'steer' });
  const pointer = pointerTo([first, last]);

  expect(historyAt(pointer, [first, last])).toEqual([first, last]);
  expect(historyAt(pointer, [first, late, last])).toEqual([first, last]);
});

it('finds nothing when something else is there', () => {
  const [first, last] = [message('Hello'), message('And now?')];
  const read = message('Shorter, please.', { delivery: 'steer', readInTurn: 2 });
  const pointer = pointerTo([first, last]);

  expect(historyAt(pointer, [first, read, last])).toBeNull();
  expect(historyAt(pointer, [first, { ...last, text: 'Something else' } as Item])).toBeNull();
  expect(historyAt(pointer, [first])).toBeNull();
});
