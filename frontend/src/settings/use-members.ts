import { useQuery } from '@tanstack/react-query';
import type { UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Member } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';
import { everyElement } from '../http/pages.ts';

export const membersKey = (workspaceId: WorkspaceId) => ['members', workspaceId] as const;

/** The members page by page, as a list shows them. */
export function useMembers(workspaceId: WorkspaceId) {
  const { api } = usePlatform();
  return usePages<Member>([...membersKey(workspaceId), 'list'], (cursor, signal) =>
    api(
      'GET /v1/workspaces/{workspaceId}/members',
      { path: { workspaceId }, query: { limit: 50, ...(cursor && { cursor }) } },
      signal,
    ),
  );
}

/** More than anybody chooses from or reads the names of. */
const mostMembers = 2_000;

/** All members at once, to choose from and to name those who did something. */
export function useEveryMember(workspaceId: WorkspaceId) {
  const { api } = usePlatform();
  return useQuery({
    queryKey: [...membersKey(workspaceId), 'all'],
    queryFn: ({ signal }) =>
      everyElement(
        (query) =>
          api(
            'GET /v1/workspaces/{workspaceId}/members',
            { path: { workspaceId }, query: { limit: 100, ...query } },
            signal,
          ),
        mostMembers,
      ),
  });
}

/** What people are called, for pages that name those who did something. */
export function useMemberNames(workspaceId: WorkspaceId): (userId: UserId | null) => string {
  const { userId: me } = usePlatform();
  const names = new Map(useEveryMember(workspaceId).data?.map((member) => [member.userId, memberName(member)]));
  return (userId) => {
    if (userId === null) return 'Troupe';
    if (userId === me) return 'You';
    return names.get(userId) ?? 'Somebody who left';
  };
}

export const memberName = ({ name, email, isAnonymous }: Pick<Member, 'name' | 'email' | 'isAnonymous'>): string =>
  name ?? email ?? (isAnonymous ? 'Guest' : 'Member');
