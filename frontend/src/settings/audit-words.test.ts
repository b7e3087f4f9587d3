import { expect, it } from 'vitest';
import { auditDetails, auditWords } from './audit-words.ts';

it.each([
  ['member.role_changed', 'Member role changed'],
  ['api_key.created', 'API key created'],
])('says %s as "%s"', (action, words) => {
  expect(auditWords(action)).toBe(words);
});

const names = { person: () => 'Ben', agent: () => 'Front desk' };

it('names the person that something was done to, and what it was and is', () => {
  const subject = '7f3c1c60-3a52-4c54-9d5e-0a7ad5a7f0aa';

  expect(auditDetails({ subject, details: { from: 'member', to: 'admin' } }, names)).toBe('Ben · from member to admin');
});

it.each([
  [
    { scope: 'agent', period: 'day', agentId: 'agt_01m7zc5zenfz6sraa2zansh71j', limitMicroUsd: 20_000_000 },
    'day · Front desk · $20.00',
  ],
  [{ name: 'Front desk', fields: ['toolPolicies', 'role'], version: 4 }, 'Front desk · Approvals, Role · version: 4'],
  [{ kind: 'never', enabled: true }, 'never'],
  [{ kind: 'never', enabled: false }, 'never · switched off'],
  [{ role: 'admin', expiresAt: '2026-11-28T15:39:07.047+00:00' }, 'admin · until Nov 28, 2026'],
  [{ validFrom: '2026-01-01', input: 1000 }, 'valid from: 2026-01-01 · input: 1000'],
])('says %j as people would', (details, words) => {
  expect(auditDetails({ subject: 'x', details }, names)).toBe(words);
});

it('falls back to the id of a thing without details', () => {
  expect(auditDetails({ subject: 'wsp_1', details: {} }, names)).toBe('wsp_1');
});
