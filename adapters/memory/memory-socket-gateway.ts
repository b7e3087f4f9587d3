import type { PostResult, SocketGateway } from '#core/ports/socket-gateway.ts';

export interface MemorySocketGateway extends SocketGateway {
  /** What each connection was sent, in order. */
  readonly posts: readonly { readonly connectionId: string; readonly payload: string }[];
  /** Which connections were ended from here. */
  readonly closed: readonly string[];
  /** From now on posts to the connection end like this. */
  answer(connectionId: string, result: PostResult): void;
}

/** Keeps what is posted. Every connection is open until it is told otherwise. */
export function createMemorySocketGateway(): MemorySocketGateway {
  const posts: { connectionId: string; payload: string }[] = [];
  const closed: string[] = [];
  const results = new Map<string, PostResult>();
  return {
    posts,
    closed,
    answer: (connectionId, result) => void results.set(connectionId, result),
    async post(connectionId, payload) {
      const result = results.get(connectionId) ?? 'sent';
      if (result === 'sent') posts.push({ connectionId, payload });
      return result;
    },
    async close(connectionId) {
      if (results.get(connectionId) !== 'gone') closed.push(connectionId);
      results.set(connectionId, 'gone');
    },
  };
}
