import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Event, isKnownEvent } from '#core/protocol/event.ts';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import { localText } from '../state/local-storage.ts';
import { usePlatform } from './platform-context.ts';
import { useWorkspace } from './use-workspace.ts';

type Part = Extract<Event, { type: 'workspace.changed' }>['part'];

/** The queries that a change of the workspace makes old, by the first word of their key. */
const queriesOf: Record<Part, string> = {
  workspace: 'workspaces',
  members: 'members',
  invitations: 'invitations',
  api_keys: 'api-keys',
  approvals: 'approvals',
  agents: 'agents',
};

/** Asks again for what others have changed in the workspace, for as long as the page is open. */
export function useWorkspaceFeed(): void {
  const { socket } = usePlatform();
  const queries = useQueryClient();
  const workspaceId = useWorkspace().data?.id;

  useEffect(() => {
    if (!workspaceId) return;
    const place = feedPlace(workspaceId);
    const refresh = (part: Part) => void queries.invalidateQueries({ queryKey: [queriesOf[part]] });
    return socket.subscribe(`workspace:${workspaceId}`, {
      after: place.get,
      // What was pushed while the connection was away is not waited for: the list is asked for again.
      onSubscribed: () => refresh('approvals'),
      onEvents({ events }) {
        for (const { event } of events)
          if (isKnownEvent(event) && event.type === 'workspace.changed') refresh(event.part);
        place.set(Math.max(place.get(), ...events.map(({ seq }) => seq)));
      },
      onRefused: () => place.set(0),
      onStuck: () => refresh('approvals'),
    });
  }, [socket, queries, workspaceId]);
}

/** Where the feed was read up to, kept between visits so that it is not replayed from its beginning. */
function feedPlace(workspaceId: WorkspaceId) {
  const key = `troupe.feed.${workspaceId}`;
  let seq = Number(localText.get(key) ?? 0) || 0;
  return {
    get: () => seq,
    set(next: number) {
      seq = next;
      localText.set(key, String(next));
    },
  };
}
