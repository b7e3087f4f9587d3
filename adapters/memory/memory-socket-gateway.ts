import type { PostResult, SocketGateway } from '#core/ports/socket-gateway.ts';

export interface MemorySocketGateway extends SocketGateway {
  /** What each connection was sent, in order. */
  readonly posts: readonly { readonly connectionId: string; readonly payload: string }[];
  /** From now on posts to the connection end like this. */
  answer(connectionId: string, result: PostResult): void;
}

/** Keeps what is posted. Every connection is open until it is told otherwise. */
export function createMemorySocketGateway(): MemorySocketGateway {
  const posts: { connectionId: string; payload: string }[] = [];
  const results = new Map<string, PostResult>();
  return {
    posts,
    answer: (connectionId, result) => void results.set(connectionId, result),
    async post(connectionId, payload) {
      const result = results.get(connectionId) ?? 'sent';
      if (result === 'sent') posts.push({ connectionId, payload });
      return result;
    },
  };
}
