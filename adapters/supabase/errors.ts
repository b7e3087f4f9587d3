import { PlatformError, unavailable } from '#core/errors.ts';

export interface Answer<Data> {
  readonly data: Data;
  readonly error: { readonly code?: string; readonly message: string; readonly details?: string } | null;
  readonly status: number;
}

/** The data of an answer, or the error that core knows. The database's own words stay in the cause. */
export function dataOf<Data>({ data, error, status }: Answer<Data>): Data {
  if (!error) return data;
  const cause = new Error(`${error.code ?? status}: ${error.message}`);
  // PostgREST: 303 is a claim that does not hold, which for our tokens is their expiry.
  if (error.code === 'PGRST303') {
    throw new PlatformError('token_expired', 'The access token has run out. Refresh it and try again.', { cause });
  }
  if (status === 401) throw new PlatformError('unauthenticated', 'The access token is not valid.', { cause });
  if (error.code === '42501') throw new PlatformError('forbidden', 'You may not do this.', { cause });
  if (error.code === 'P0002')
    throw new PlatformError('not_found', 'There is no such thing that you can see.', { cause });
  if (error.code === '54000')
    throw new PlatformError('input_too_large', 'There is no room for more of these.', { cause });
  if (error.code === '23505' || error.code === '23503') {
    throw new PlatformError('conflict', 'Something else was changed at the same time. Look again and retry.', {
      cause,
    });
  }
  if (status === 0 || status >= 500 || status === 429) throw unavailable('The database', cause);
  throw new PlatformError('internal', 'The database refused a request.', { cause });
}

export const errorDetail = (answer: Answer<unknown>): string | undefined => answer.error?.details;

export const errorCode = (answer: Answer<unknown>): string | undefined => answer.error?.code;
