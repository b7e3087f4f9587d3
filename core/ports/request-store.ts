import type { ClientRequestId, UserId } from '../protocol/ids.ts';

/** What a request asked for, and the id of what it makes. */
export interface KnownRequest {
  readonly userId: UserId;
  readonly clientRequestId: ClientRequestId;
  /** A digest of what was asked for: it may hold secrets. */
  readonly asked: string;
  readonly id: string;
}

/** Requests that make something, by the key that their sender gave them. Errors: `unavailable`. */
export interface RequestStore {
  /**
   * Keeps a request, once per (userId, clientRequestId): a second one with the same key changes nothing and is answered with
   * the first. Of many at once one is the first. It is known for at least a day.
   */
  reserve(request: KnownRequest): Promise<KnownRequest>;
}
