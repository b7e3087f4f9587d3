import { createContext, use } from 'react';
import type { Role, Workspace } from '#core/protocol/workspace.ts';

export const WorkspaceContext = createContext<Workspace | null>(null);

/** The workspace of a page whose address names one. */
export function useThisWorkspace(): Workspace {
  const workspace = use(WorkspaceContext);
  if (!workspace) throw new Error('useThisWorkspace is called outside WorkspaceScope');
  return workspace;
}

/** Whether a role may change what belongs to everybody in a workspace. The server decides; this only spares people a refusal. */
export const mayManage = (role: Role): boolean => role !== 'member';

/** Whether a role may say where the content of everybody in a workspace is kept. */
export const mayMoveContent = (role: Role): boolean => role === 'owner';
