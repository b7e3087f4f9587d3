import { useQuery } from '@tanstack/react-query';
import type { UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Member } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';

export const membersKey = (workspaceId: WorkspaceId) => ['members', workspaceId] as const;

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

/** What people are called, for pages that name those who did something. Of a very large workspace, the first hundred. */
export function useMemberNames(workspaceId: WorkspaceId): (userId: UserId | null) => string {
  const { api, userId: me } = usePlatform();
  const { data } = useQuery({
    queryKey: [...membersKey(workspaceId), 'names'],
    queryFn: ({ signal }) =>
      api('GET /v1/workspaces/{workspaceId}/members', { path: { workspaceId }, query: { limit: 100 } }, signal),
  });
  const names = new Map(data?.data.map((member) => [member.userId, memberName(member)]));
  return (userId) => {
    if (userId === null) return 'Troupe';
    if (userId === me) return 'You';
    return names.get(userId) ?? 'Somebody who left';
  };
}

export const memberName = ({ name, email, isAnonymous }: Pick<Member, 'name' | 'email' | 'isAnonymous'>): string =>
  name ?? email ?? (isAnonymous ? 'Guest' : 'Member');
