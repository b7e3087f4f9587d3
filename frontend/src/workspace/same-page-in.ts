import type { WorkspaceId } from '#core/protocol/ids.ts';

/** Pages that every workspace has; what is below them belongs to one. */
const shared = /^\/w\/[^/]+\/(settings\/[^/]+|agents|discover|rules|skills|runs|usage)/;

/** Where to go on in another workspace: on its page of the same kind, or with a new thread. */
export function samePageIn(pathname: string, workspaceId: WorkspaceId): string {
  const page = shared.exec(pathname)?.[1];
  return page ? `/w/${workspaceId}/${page}` : '/';
}
