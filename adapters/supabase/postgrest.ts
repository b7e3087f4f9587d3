import { PostgrestClient } from '@supabase/postgrest-js';
import type * as z from 'zod';
import { PlatformError } from '#core/errors.ts';
import type { DataAccess } from '#core/ports/identity.ts';

/** Where a project's REST interface is, and how long a request may take. */
export interface RestProject {
  readonly url: string;
  readonly publishableKey: string;
  readonly timeoutMs?: number;
  /** Asks the server, where it is one that somebody of a workspace has put in. */
  readonly fetch?: typeof fetch;
}

export const defaultTimeoutMs = 10_000;

/** One client serves all callers; each request carries its own caller's token, so row level security applies to every one of them. */
export function createPostgrest({
  url,
  publishableKey,
  timeoutMs = defaultTimeoutMs,
  fetch: ask,
}: RestProject): PostgrestClient {
  return new PostgrestClient(`${url}/rest/v1`, {
    headers: { apikey: publishableKey },
    // Who calls knows whether a request may be repeated, and for how long it may take.
    retry: false,
    fetch: (input, init) => (ask ?? fetch)(input, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
  });
}

export const bearer = ({ token }: DataAccess) => ['Authorization', `Bearer ${token}`] as const;

/** Errors: `invalid_request` for a cursor that no list gave out. */
export function decodeCursor<Schema extends z.ZodType>(schema: Schema, cursor: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new PlatformError('invalid_request', 'The cursor is not one that this list gave out.', {
      cause,
      details: [{ path: 'cursor', message: 'use the cursor of an earlier page, or none' }],
    });
  }
}
