import type { OkReply } from '#core/protocol/socket.ts';
import { CallError } from '../http/call-error.ts';
import type { ToldErrorReply } from '../http/told-error.ts';

interface Pending {
  readonly settle: (reply: OkReply | CallError) => void;
}

/** The requests that wait for their reply, by id. */
export interface PendingRequests {
  add(id: string, timeoutMs: number): Promise<OkReply>;
  settle(reply: OkReply | ToldErrorReply): void;
  /** The connection is gone, and with it every reply that was to come. */
  abandon(): void;
}

export function createPendingRequests(): PendingRequests {
  const pending = new Map<string, Pending>();
  return {
    add(id, timeoutMs) {
      const { promise, resolve, reject } = Promise.withResolvers<OkReply>();
      const settle: Pending['settle'] = (reply) => {
        clearTimeout(timer);
        pending.delete(id);
        if (reply instanceof CallError) reject(reply);
        else resolve(reply);
      };
      const timer = setTimeout(() => settle(new CallError({ reason: 'timed_out' })), timeoutMs);
      pending.set(id, { settle });
      return promise;
    },
    settle(reply) {
      if (reply.id === null) return;
      const failed = reply.type === 'error' ? new CallError({ reason: 'refused', error: reply.error }) : null;
      pending.get(reply.id)?.settle(failed ?? (reply as OkReply));
    },
    abandon() {
      for (const { settle } of [...pending.values()]) settle(new CallError({ reason: 'unreachable' }));
    },
  };
}
