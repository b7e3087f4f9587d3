import { expect, it } from 'vitest';
import { newId, newUserId } from '../ports/samples.contract.ts';
import type { ToolGrant } from '../protocol/run-routes.ts';
import type { Decider } from '../protocol/tool-policy.ts';
import { isGranted } from './tool-grant.ts';

const userId = newUserId();
const call = { agentId: newId('agt'), tool: 'send' };
const grant = (decider: ToolGrant['decider'], fields: Partial<ToolGrant> = {}): ToolGrant => ({
  ...call,
  workspaceId: newId('wsp'),
  userId,
  grantedBy: userId,
  decider,
  ...fields,
});
const policy = (decider: Decider) => ({ approval: 'always', decider, expiresInSeconds: 60 }) as const;

it.each([
  ['requester_or_admin', 'requester_or_admin', true],
  ['requester_or_admin', 'admin', true],
  ['admin', 'admin', true],
  ['admin', 'requester_or_admin', false],
  ['other_admin', 'admin', false],
] as const)('under a policy for %s, what was granted by %s counts: %s', (decider, granted, counts) => {
  expect(isGranted(policy(decider), call, [grant(granted)])).toBe(counts);
});

it('counts for that agent and that tool alone', () => {
  const others = [grant('admin', { agentId: newId('agt') }), grant('admin', { tool: 'pay' })];

  expect(isGranted(policy('requester_or_admin'), call, others)).toBe(false);
  expect(isGranted({ approval: 'never' }, call, [grant('admin')])).toBe(false);
});
