import { PlatformError } from '#core/errors.ts';
import type { AccessMinter, DataAccess } from '#core/ports/identity.ts';
import { ThreadId, UserId } from '#core/protocol/ids.ts';

/** Tokens that say in plain text what they are for: `user:<user>` and `thread:<thread>:<user>`. */
export function createMemoryAccess(): AccessMinter {
  return {
    forUser: async ({ userId }) => ({ token: `user:${userId}` }),
    forThread: async ({ userId }, threadId) => ({ token: `thread:${threadId}:${userId}` }),
  };
}

/** Whom a token lets act, and which thread it is confined to. */
export function readMemoryAccess({ token }: DataAccess): { userId: UserId; threadId?: ThreadId } {
  const [kind, ...parts] = token.split(':');
  const userId = UserId.safeParse(parts.at(-1));
  const threadId = ThreadId.safeParse(parts[0]);
  if (kind === 'user' && parts.length === 1 && userId.success) return { userId: userId.data };
  if (kind === 'thread' && parts.length === 2 && userId.success && threadId.success)
    return { userId: userId.data, threadId: threadId.data };
  throw new PlatformError('unauthenticated', 'The token does not verify.');
}
