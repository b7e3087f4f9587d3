import * as z from 'zod';
import { PlatformError } from '#core/errors.ts';

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
