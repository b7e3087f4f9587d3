import type { NewId } from '../domain/ids.ts';
import type { Principal } from '../domain/principal.ts';
import { PlatformError } from '../errors.ts';
import type { RequestStore } from '../ports/request-store.ts';
import type { ClientRequestId } from '../protocol/ids.ts';

export interface OnceDeps {
  readonly requests: RequestStore;
  readonly newId: NewId;
}

/** Whatever makes something is asked with a key, by which it is made once however often it is asked. */
export interface Once {
  readonly clientRequestId?: ClientRequestId | undefined;
}

/**
 * The id for what a request makes: the same one whenever it is sent again under its key. `isRepeat` says that it may be there already,
 * or that its first try was cut off before it was made. Errors: `idempotency_mismatch` for a key that came with another content.
 */
export async function idOnce<Prefix extends Parameters<NewId>[0], Asked extends Once>(
  { requests, newId }: OnceDeps,
  caller: Principal,
  prefix: Prefix,
  asked: Asked,
): Promise<{ id: ReturnType<typeof newId<Prefix>>; isRepeat: boolean }> {
  const { clientRequestId, ...content } = asked;
  const id = newId(prefix);
  if (clientRequestId === undefined) return { id, isRepeat: false };
  const digested = await digest(JSON.stringify([prefix, content]));
  const first = await requests.reserve({ userId: caller.userId, clientRequestId, asked: digested, id });
  if (first.asked !== digested)
    throw new PlatformError('idempotency_mismatch', 'This clientRequestId was used before, for another request.');
  // Kept under this very prefix, as the digest says.
  return { id: first.id as typeof id, isRepeat: first.id !== id };
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** For what was answered with a secret, which is told once and kept nowhere. */
export const alreadyCreated = (what: string, id: string): PlatformError =>
  new PlatformError(
    'already_created',
    `This request has made the ${what} ${id} before. What is secret of it was told then.`,
    {
      details: [{ path: 'clientRequestId', message: id }],
    },
  );
