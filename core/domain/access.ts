import { PlatformError } from '../errors.ts';
import type { Role } from '../protocol/workspace.ts';
import type { Principal } from './principal.ts';

interface Rule {
  /** Who may, of a workspace's members. */
  readonly roles: readonly Role[];
  /** Not for people who could not be found again: they link an address first. */
  readonly named?: true;
  /** Not for API keys, whatever their scopes. */
  readonly inPerson?: true;
}

const everyone = { roles: ['owner', 'admin', 'member'] } as const;
const admins = { roles: ['owner', 'admin'] } as const;
const owners = { roles: ['owner'] } as const;

/**
 * Who may do what in a workspace. Every use case asks it; row level security and the functions of supabase/migrations hold the
 * same rules a second time. What depends on the thing itself (an admin touches no owner, the last owner stays) stands with it.
 */
export const accessTable = {
  'workspace.read': everyone,
  'workspace.rename': admins,
  'workspace.export': { ...owners, inPerson: true },
  'workspace.delete': { ...owners, named: true, inPerson: true },
  'workspace.leave': { ...everyone, inPerson: true },
  'ownership.transfer': { ...owners, named: true, inPerson: true },
  'members.read': everyone,
  'members.change': admins,
  'members.remove': admins,
  /** By invitation or by a change of role. Whoever has an API key for a while is not to leave somebody behind who has more than it. */
  'admins.make': { ...admins, inPerson: true },
  'invitations.read': admins,
  'invitations.manage': { ...admins, named: true },
  'api_keys.read': admins,
  'api_keys.manage': { ...admins, named: true, inPerson: true },
  'audit.read': admins,
  'agents.read': everyone,
  'agents.manage': admins,
  'knowledge.read': everyone,
  'knowledge.manage': admins,
  'credentials.read': admins,
  'credentials.manage': { ...admins, named: true },
  'project.read': admins,
  /** It takes what all members write somewhere else. */
  'project.manage': { ...owners, named: true, inPerson: true },
  'budgets.manage': admins,
  'usage.read_own': everyone,
  'usage.read_all': admins,
  'runs.read_all': admins,
  'runs.redrive': admins,
  'threads.use': everyone,
} as const satisfies Record<string, Rule>;
export type Action = keyof typeof accessTable;

export type Verdict = 'allowed' | 'role' | 'anonymous' | 'api_key';

/** Whether a member may do something, or what stands against it. */
export function decideAccess(action: Action, role: Role, caller: Pick<Principal, 'kind' | 'isAnonymous'>): Verdict {
  const rule: Rule = accessTable[action];
  if (rule.inPerson && caller.kind === 'service') return 'api_key';
  if (!rule.roles.includes(role)) return 'role';
  return rule.named && caller.isAnonymous ? 'anonymous' : 'allowed';
}

/** A caller's role as far as it reaches here: an API key is never an owner, and without the scope `manage` only a member. */
export function effectiveRole(role: Role, caller: Principal): Role {
  if (caller.kind === 'person' || role === 'member') return role;
  return caller.scopes.includes('manage') ? 'admin' : 'member';
}

/** Errors: `forbidden`. */
export function assertMay(action: Action, role: Role, caller: Principal): void {
  const verdict = decideAccess(action, effectiveRole(role, caller), caller);
  if (verdict !== 'allowed') throw new PlatformError('forbidden', refusals[verdict]);
}

const refusals: Record<Exclude<Verdict, 'allowed'>, string> = {
  role: 'Your role in this workspace does not allow this. Ask an owner or an admin.',
  anonymous: 'Add an e-mail address or a sign-in provider to your account first.',
  api_key: 'An API key cannot do this. Sign in and do it yourself.',
};
