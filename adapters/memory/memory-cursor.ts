import * as z from 'zod';
import { PlatformError } from '#core/errors.ts';
import type { PageOf, PageRequest } from '#core/ports/directory.ts';

/** Where a page ends: a pair of sort keys. */
export type Place = readonly [string, string];

const Place = z.tuple([z.string(), z.string()]);

export const encodeCursor = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** Errors: `invalid_request` for text that is no cursor. */
export function decodeCursor(cursor: string): Place {
  try {
    return Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new PlatformError('invalid_request', 'The cursor is none of ours.', { cause });
  }
}

/** A page of a list, newest first by the ids. */
export function newestPage<Row extends { id: string }>(
  rows: readonly Row[],
  { cursor, limit }: Omit<PageRequest, 'workspaceId'>,
): PageOf<Row> {
  const end = cursor === undefined ? undefined : decodeCursor(cursor)[1];
  const found = rows.filter(({ id }) => end === undefined || id < end).sort((a, b) => (a.id < b.id ? 1 : -1));
  const data = found.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: last && found.length > limit ? encodeCursor(['', last.id]) : null };
}
