import { describe, expect, it } from 'vitest';
import type { ArgumentCondition } from '../protocol/tool-policy.ts';
import { needsApproval } from './approval-policy.ts';

const asked = { decider: 'requester_or_admin' as const, expiresInSeconds: 600 };
const when = (...anyOf: ArgumentCondition[]) => ({ approval: 'when' as const, anyOf, ...asked });

describe('a policy', () => {
  it('asks never or always, whatever the arguments', () => {
    expect(needsApproval({ approval: 'never' }, { amount: 1 })).toBe(false);
    expect(needsApproval({ approval: 'always', ...asked }, null)).toBe(true);
  });

  it.each<[ArgumentCondition, unknown, boolean]>([
    [{ argument: 'amount', op: 'greater_than', value: 100 }, { amount: 101 }, true],
    [{ argument: 'amount', op: 'greater_than', value: 100 }, { amount: '101' }, true],
    [{ argument: 'amount', op: 'greater_than', value: 100 }, { amount: 100 }, false],
    [{ argument: 'amount', op: 'less_than', value: 100 }, { amount: 'many' }, true],
    [{ argument: 'amount', op: 'less_than', value: 100 }, { amount: 100 }, false],
    [{ argument: 'amount', op: 'greater_than', value: 100 }, { amount: '1,000' }, true],
    [{ argument: 'amount', op: 'greater_than', value: 100 }, { amount: '$500' }, true],
    [{ argument: 'amount', op: 'greater_than', value: 100 }, { amount: [500, 1] }, true],
    [{ argument: 'amount', op: 'greater_than', value: 100 }, { amount: [] }, true],
    [{ argument: 'amount', op: 'greater_than', value: 100 }, { amount: '' }, true],
    [{ argument: 'amount', op: 'greater_than', value: 100 }, {}, false],
    [{ argument: 'to.country', op: 'not_equals', value: 'DE' }, { to: { country: 'de' } }, false],
    [{ argument: 'to.country', op: 'equals', value: 'DE' }, { to: { country: 'de' } }, true],
    [{ argument: 'to.country', op: 'not_equals', value: 'DE' }, { to: {} }, true],
    [{ argument: 'tags', op: 'contains', value: 'urgent' }, { tags: ['URGENT'] }, true],
    [{ argument: 'text', op: 'contains', value: 'delete' }, { text: 'Please DELETE it' }, true],
    [{ argument: 'confirmed', op: 'equals', value: true }, { confirmed: true }, true],
    [{ argument: 'constructor.name', op: 'contains', value: 'o' }, {}, false],
  ])('compares %o with %o', (condition, args, expected) => {
    expect(needsApproval(when(condition), args)).toBe(expected);
  });

  it('asks when any of several conditions matches', () => {
    const policy = when(
      { argument: 'amount', op: 'greater_than', value: 100 },
      { argument: 'to', op: 'contains', value: 'outside' },
    );

    expect(needsApproval(policy, { amount: 1, to: 'outside@example.com' })).toBe(true);
  });
});
