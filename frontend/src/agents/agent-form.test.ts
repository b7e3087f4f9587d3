import { expect, it } from 'vitest';
import { AgentDraft } from '#core/protocol/agent-content.ts';
import { changeOf, numberOrNothing, numberOrNull, orNull, problemOf } from './agent-form.ts';

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

it('says what is wrong: as a whole, else that some field is, wherever it stands', () => {
  const name = { type: 'custom', message: 'Write a name.' };

  expect(problemOf({})).toBeNull();
  expect(problemOf({ name })).toMatch(/on the other tabs/);
  expect(problemOf({ name, root: { message: 'Troupe could not be reached.' } })).toBe('Troupe could not be reached.');
});
