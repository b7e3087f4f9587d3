import type { UserId } from '#core/protocol/ids.ts';
import type { ToolGrant } from '#core/protocol/run-routes.ts';

/** A tool that is allowed to one person for good. */
export interface GrantRow extends Pick<ToolGrant, 'userId' | 'tool'> {
  readonly grantedBy: readonly UserId[];
}

/** A tool stands once for each person: it may have been approved by themself and by an admin, and is taken back as one. */
export function grantRows(grants: readonly ToolGrant[]): readonly GrantRow[] {
  const rows = new Map<string, GrantRow>();
  for (const { userId, tool, grantedBy } of grants) {
    const key = grantKey({ userId, tool });
    const by = rows.get(key)?.grantedBy ?? [];
    rows.set(key, { userId, tool, grantedBy: by.includes(grantedBy) ? by : [...by, grantedBy] });
  }
  return [...rows.values()];
}

export const grantKey = ({ userId, tool }: Pick<GrantRow, 'userId' | 'tool'>): string => `${userId}:${tool}`;

/** For whom it is allowed and who said so; `nameOf` gives "you" to the reader. */
export function grantWords({ userId, grantedBy }: Omit<GrantRow, 'tool'>, nameOf: (userId: UserId) => string): string {
  return `For ${nameOf(userId)}, approved by ${grantedBy.map(nameOf).join(' and ')}`;
}
