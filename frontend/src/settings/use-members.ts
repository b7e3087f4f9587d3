import { useQuery } from '@tanstack/react-query';
import type { UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Member } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';
import { everyElement } from '../http/pages.ts';
import { namesAmong } from './member-names.ts';

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

/** All members at once, to choose from and to name those who did something; nothing is asked for while nobody wants them. */
export function useEveryMember(workspaceId: WorkspaceId, wanted = true) {
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
    enabled: wanted,
  });
}

/** What people are called, for pages that name those who did something; `wanted` when anybody but the caller is to be named. */
export function useMemberNames(workspaceId: WorkspaceId, wanted = true): (userId: UserId | null) => string {
  const { userId: me } = usePlatform();
  const { data: members } = useEveryMember(workspaceId, wanted);
  return namesAmong({ members, all: members !== undefined && members.length < mostMembers }, me);
}
