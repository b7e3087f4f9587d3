import * as z from 'zod';
import { maxPageSize } from './limits.ts';

/** One HTTP route: what comes in (path, query, body) and what goes out. `public` ones need no token. */
export interface Route {
  readonly access: 'public' | 'user';
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly status: 200 | 201 | 202 | 204;
  readonly reply: z.ZodType;
}

/** How many entries of a list are asked for. */
export const limit = z.coerce.number().int().min(1).max(maxPageSize).default(50);
/** Where a list goes on: what an earlier page ended with. */
export const cursor = z.string().min(1).max(200).optional();

/** A page of a list. `nextCursor` is null on the last one. */
export const page = <Element extends z.ZodType>(element: Element) =>
  z.object({ data: z.array(element), nextCursor: z.string().nullable() });
