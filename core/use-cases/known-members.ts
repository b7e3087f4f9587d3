import { createLruCache } from '../domain/lru-cache.ts';
import type { Principal } from '../domain/principal.ts';
import type { WorkspaceId } from '../protocol/ids.ts';
import type { Deps } from './deps.ts';
import type { RightsDeps } from './rights.ts';

const rememberMs = 5 * 60_000;
const maxEntries = 10_000;

/**
 * Whether somebody belongs to a workspace, remembered for some minutes: good enough to count by, and never to decide by who
 * may see or change what. Errors: those of the directory.
 */
export function createKnownMembers({ directory, minter, now }: RightsDeps & Pick<Deps, 'now'>) {
  const known = createLruCache<{ isMember: boolean; untilMs: number }>(maxEntries);
  return async (caller: Principal, workspaceId: WorkspaceId): Promise<boolean> => {
    const key = `${caller.userId} ${workspaceId}`;
    const entry = known.get(key);
    if (entry && entry.untilMs > now()) return entry.isMember;
    const access = await minter.forUser(caller);
    const isMember = (await directory.workspace(access, workspaceId, caller.userId)) !== null;
    known.set(key, { isMember, untilMs: now() + rememberMs });
    return isMember;
  };
}
