import * as z from 'zod';

/** A page of ours to go on with, from an address that anybody can write. Two slashes, or a backslash, would lead to another site. */
export const NextPage = z.string().regex(/^\/(?![/\\])/);
