import { describe, expect, it } from 'vitest';
import { newId, newUserId } from '../ports/samples.contract.ts';
import type { ApiKeyScope, Role } from '../protocol/workspace.ts';
import { type Action, accessTable, assertMay, decideAccess, effectiveRole, type Verdict } from './access.ts';
import type { PersonPrincipal, ServicePrincipal } from './principal.ts';

const person = (isAnonymous = false): PersonPrincipal => ({
  kind: 'person',
  userId: newUserId(),
  isAnonymous,
  email: null,
  issuedAtMs: 0,
  expiresAtMs: 1,
});
const service = (...scopes: ApiKeyScope[]): ServicePrincipal => ({
  kind: 'service',
  userId: newUserId(),
  isAnonymous: false,
  email: null,
  issuedAtMs: 0,
  expiresAtMs: 1,
  workspaceId: newId('wsp'),
  apiKeyId: newId('key'),
  scopes,
});

const [yes, role, anon, key] = ['allowed', 'role', 'anonymous', 'api_key'] as const;

/** Owner, admin, member; an anonymous owner, admin, member; an owner's key with `manage`, and with `run`. */
const matrix: Record<Action, readonly Verdict[]> = {
  'workspace.read': [yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
  'workspace.rename': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'workspace.export': [yes, role, role, yes, role, role, key, key, key, key, key],
  'workspace.delete': [yes, role, role, anon, role, role, key, key, key, key, key],
  'workspace.leave': [yes, yes, yes, yes, yes, yes, key, key, key, key, key],
  'ownership.transfer': [yes, role, role, anon, role, role, key, key, key, key, key],
  'members.read': [yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
  'members.change': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'members.remove': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'admins.make': [yes, yes, role, yes, yes, role, key, key, key, key, key],
  'invitations.read': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'invitations.manage': [yes, yes, role, anon, anon, role, yes, role, yes, role, role],
  'api_keys.read': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'api_keys.manage': [yes, yes, role, anon, anon, role, key, key, key, key, key],
  'audit.read': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'agents.read': [yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
  'agents.manage': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'knowledge.read': [yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
  'knowledge.manage': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'credentials.read': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'credentials.manage': [yes, yes, role, anon, anon, role, yes, role, yes, role, role],
  'project.read': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'project.manage': [yes, role, role, anon, role, role, key, key, key, key, key],
  'budgets.manage': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'usage.read_own': [yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
  'usage.read_all': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'runs.read_all': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'runs.redrive': [yes, yes, role, yes, yes, role, yes, role, yes, role, role],
  'threads.use': [yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
};

const roles: Role[] = ['owner', 'admin', 'member'];
const columns = [
  ...roles.map((each) => ({ who: each, role: each, caller: person() })),
  ...roles.map((each) => ({ who: `anonymous ${each}`, role: each, caller: person(true) })),
  { who: 'an owner’s key with manage', role: 'owner' as const, caller: service('read', 'manage') },
  { who: 'an owner’s key with run', role: 'owner' as const, caller: service('read', 'run') },
  { who: 'an admin’s key with manage', role: 'admin' as const, caller: service('read', 'run', 'manage') },
  { who: 'a member’s key with manage', role: 'member' as const, caller: service('read', 'run', 'manage') },
  { who: 'an owner’s key with read', role: 'owner' as const, caller: service('read') },
];
const cases = (Object.keys(accessTable) as Action[]).flatMap((action) =>
  columns.map((column, index) => ({ ...column, action, expected: matrix[action][index] })),
);

describe('the access table', () => {
  it.each(cases)('$action by $who is $expected', ({ action, role: own, caller, expected }) => {
    expect(decideAccess(action, effectiveRole(own, caller), caller)).toBe(expected);
  });

  it('says in words why not', () => {
    expect(() => assertMay('audit.read', 'member', person())).toThrow(/role/);
    expect(() => assertMay('credentials.manage', 'owner', person(true))).toThrow(/e-mail/);
    expect(() => assertMay('workspace.delete', 'owner', service('manage'))).toThrow(/API key/);
    expect(() => assertMay('workspace.delete', 'owner', person())).not.toThrow();
  });
});

describe('the role that reaches here', () => {
  it.each<[Role, ApiKeyScope[], Role]>([
    ['owner', ['manage'], 'admin'],
    ['admin', ['manage'], 'admin'],
    ['member', ['manage'], 'member'],
    ['owner', ['read', 'run'], 'member'],
  ])('of %s by a key with %j is %s', (own, scopes, expected) => {
    expect(effectiveRole(own, service(...scopes))).toBe(expected);
  });
});
