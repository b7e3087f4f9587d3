import { PlatformError } from '../errors.ts';

/**
 * A page of a list that is there as a whole. Its cursor is the last element's id. Errors: `invalid_request` for a cursor that
 * names none of the list, as after what it named has gone.
 */
export function pageAfter<Element>(
  all: readonly Element[],
  idOf: (element: Element) => string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): { data: Element[]; nextCursor: string | null } {
  const start = cursor === undefined ? 0 : all.findIndex((element) => idOf(element) === cursor) + 1;
  if (cursor !== undefined && start === 0) {
    throw new PlatformError('invalid_request', 'The cursor is not one that this list gave out.', {
      details: [{ path: 'cursor', message: 'use the cursor of an earlier page, or none' }],
    });
  }
  const data = all.slice(start, start + limit);
  const last = data.at(-1);
  return { data, nextCursor: last !== undefined && start + limit < all.length ? idOf(last) : null };
}
