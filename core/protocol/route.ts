import * as z from 'zod';
import { maxPageSize } from './limits.ts';
import type { ApiKeyScope } from './workspace.ts';

/**
 * One HTTP route: what comes in (path, query, body) and what goes out. `public` ones need no token; `person` ones are not for
 * API keys; `user` ones are for both, and `scope` is what a key needs for it (without: `read` for GET, else `manage`).
 */
export interface Route {
  readonly access: 'public' | 'user' | 'person';
  readonly scope?: ApiKeyScope;
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly status: 200 | 201 | 202 | 204;
  readonly reply: z.ZodType;
  /** For a reply that is text of this type, and no JSON. */
  readonly contentType?: 'text/html; charset=utf-8';
}

/** What an API key needs for a route that is for API keys too. */
export function scopeOf(routeKey: string, { scope }: Route): ApiKeyScope {
  return scope ?? (routeKey.startsWith('GET ') ? 'read' : 'manage');
}

/** How many entries of a list are asked for. */
export const limit = z.coerce.number().int().min(1).max(maxPageSize).default(50);
/** The same for what most callers have few of, and read whole. */
export const longLimit = z.coerce.number().int().min(1).max(maxPageSize).default(maxPageSize);
/** Where a list goes on: what an earlier page ended with. */
export const cursor = z.string().min(1).max(200).optional();

/** A page of a list. `nextCursor` is null on the last one. */
export const page = <Element extends z.ZodType>(element: Element) =>
  z.object({ data: z.array(element), nextCursor: z.string().nullable() });
