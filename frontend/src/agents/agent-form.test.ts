import { expect, it } from 'vitest';
import { AgentDraft } from '#core/protocol/agent-content.ts';
import { changeOf, numberOrNothing, numberOrNull, orNull } from './agent-form.ts';

it('changes only what was changed here', () => {
  const draft = AgentDraft.parse({ name: 'Ada', role: 'Engineer', tools: ['current_time'] });

  expect(changeOf(draft, { role: true, settings: { temperature: true } })).toEqual({ role: 'Engineer', settings: {} });
});

it('reads empty fields as nothing said', () => {
  expect([
    orNull(''),
    orNull('x'),
    numberOrNull(''),
    numberOrNull('3'),
    numberOrNothing(''),
    numberOrNothing('0.5'),
  ]).toEqual([null, 'x', null, 3, undefined, 0.5]);
});
