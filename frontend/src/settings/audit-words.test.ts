import { expect, it } from 'vitest';
import { auditDetails, auditWords } from './audit-words.ts';

it.each([
  ['member.role_changed', 'Member role changed'],
  ['api_key.created', 'API key created'],
])('says %s as "%s"', (action, words) => {
  expect(auditWords(action)).toBe(words);
});

it('names the person that something was done to', () => {
  const subject = '7f3c1c60-3a52-4c54-9d5e-0a7ad5a7f0aa';

  const words = auditDetails({ subject, details: { from: 'member', to: 'admin' } }, () => 'Ben');

  expect(words).toBe('Ben · from: member · to: admin');
});

it('falls back to the id of a thing without details', () => {
  expect(auditDetails({ subject: 'wsp_1', details: {} }, () => '')).toBe('wsp_1');
});
