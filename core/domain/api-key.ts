import type { ApiKeyId } from '../protocol/ids.ts';
import * as ids from '../protocol/ids.ts';

/** What every key begins with: people and secret scanners know it by that. */
export const apiKeyPrefix = 'troupe_sk_';

const form = /^troupe_sk_([0-9a-z]{26})_[A-Za-z0-9_-]{32}$/;

/** The text of a key: it names its row, and has 24 random bytes (in base64url) that only its holder knows. */
export const apiKeySecret = (id: ApiKeyId, random: string): string =>
  `${apiKeyPrefix}${id.slice('key_'.length)}_${random}`;

/** Which key a text claims to be; null when it has not the form of one. */
export function apiKeyIdOf(secret: string): ApiKeyId | null {
  const suffix = form.exec(secret)?.[1];
  return ids.ApiKeyId.safeParse(`key_${suffix}`).data ?? null;
}
