import { expect, it } from 'vitest';
import { policyOf } from './policy-choice.ts';

it('keeps who decides when the question changes', () => {
  const policy = policyOf('when', { approval: 'always', decider: 'other_admin', expiresInSeconds: 60 });

  expect(policy).toMatchObject({ approval: 'when', decider: 'other_admin', expiresInSeconds: 60 });
});

it('says nothing where the tool’s own policy holds', () => {
  expect(policyOf('declared', { approval: 'never' })).toBeUndefined();
});
