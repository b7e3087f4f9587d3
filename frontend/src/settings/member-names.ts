import type { UserId } from '#core/protocol/ids.ts';
import type { Member } from '#core/protocol/workspace.ts';

type Named = Pick<Member, 'name' | 'email' | 'isAnonymous'>;

export const memberName = ({ name, email, isAnonymous }: Named): string =>
  name ?? email ?? (isAnonymous ? 'Guest' : 'Member');

interface KnownMembers {
  /** Nothing while they are not known. */
  readonly members: readonly (Named & Pick<Member, 'userId'>)[] | undefined;
  /** Whether those are all. */
  readonly all: boolean;
}

/** What somebody who did something is called; null is the platform itself. */
export function namesAmong({ members, all }: KnownMembers, me: string): (userId: UserId | null) => string {
  const names = new Map(members?.map((member) => [member.userId, memberName(member)]));
  const other = members && all ? 'Somebody who left' : 'Somebody';
  return (userId) => {
    if (userId === null) return 'Troupe';
    if (userId === me) return 'You';
    return names.get(userId) ?? other;
  };
}
