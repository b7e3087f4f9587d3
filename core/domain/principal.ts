import type { UserId } from '../protocol/ids.ts';

/** Who calls. */
export interface Principal {
  readonly userId: UserId;
  readonly isAnonymous: boolean;
  readonly email: string | null;
  /** When the proof of it runs out, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}
