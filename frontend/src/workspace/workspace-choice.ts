import type { WorkspaceId } from '#core/protocol/ids.ts';
import { localText, tabText } from '../state/local-storage.ts';
import { createStore, type Readable } from '../state/store.ts';

/** The workspace that this tab works in; a new tab begins with the one that was chosen last. */
export interface WorkspaceChoice {
  /** What was kept may be gone by now, so it is only a wish. */
  readonly wanted: Readable<string | null>;
  choose(workspaceId: WorkspaceId): void;
}

export function createWorkspaceChoice(userId: string): WorkspaceChoice {
  const key = `troupe.workspace.${userId}`;
  const wanted = createStore<string | null>(tabText.get(key) ?? localText.get(key));
  return {
    wanted,
    choose(workspaceId) {
      wanted.set(workspaceId);
      tabText.set(key, workspaceId);
      localText.set(key, workspaceId);
    },
  };
}
