import { type Actor, ServicePrincipal } from '#core/domain/principal.ts';
import { PlatformError } from '#core/errors.ts';
import type { AccessMinter, DataAccess } from '#core/ports/identity.ts';
import { ThreadId, UserId } from '#core/protocol/ids.ts';

/** Tokens that say in plain text what they are for: `user:<user>`, `thread:<thread>:<user>`, and `service:<principal as JSON>`. */
export function createMemoryAccess(): AccessMinter {
  return {
    forUser: async (user: Actor) => ({
      token: user.kind === 'service' ? `service:${JSON.stringify(user)}` : `user:${user.userId}`,
    }),
    forThread: async ({ userId }, threadId) => ({ token: `thread:${threadId}:${userId}` }),
  };
}

/** Whom a token lets act, which thread it is confined to, and the API key that acts. */
export function readMemoryAccess({ token }: DataAccess): {
  userId: UserId;
  threadId?: ThreadId;
  service?: ServicePrincipal;
} {
  const [kind, ...parts] = token.split(':');
  if (kind === 'service') {
    const service = ServicePrincipal.parse(JSON.parse(token.slice('service:'.length)));
    return { userId: service.userId, service };
  }
  const userId = UserId.safeParse(parts.at(-1));
  const threadId = ThreadId.safeParse(parts[0]);
  if (kind === 'user' && parts.length === 1 && userId.success) return { userId: userId.data };
  if (kind === 'thread' && parts.length === 2 && userId.success && threadId.success)
    return { userId: userId.data, threadId: threadId.data };
  throw new PlatformError('unauthenticated', 'The token does not verify.');
}
