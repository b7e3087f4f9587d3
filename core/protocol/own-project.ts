import * as z from 'zod';
import { Timestamp, WorkspaceId } from './ids.ts';

/** What a project answered when it was last asked: it can be worked with, or why not. */
export const OwnProjectState = z.discriminatedUnion('status', [
  z.object({ status: z.literal('ready') }),
  z.object({
    status: z.literal('trouble'),
    code: z.enum(['project_unavailable', 'project_unusable']),
    message: z.string(),
  }),
]);
export type OwnProjectState = z.infer<typeof OwnProjectState>;

/** A workspace's own Supabase project. Its keys are never given out again. */
export const OwnProject = z.object({
  workspaceId: WorkspaceId,
  url: z.string(),
  /** The end of its JWT secret, to tell secrets apart. */
  lastFour: z.string().nullable(),
  state: OwnProjectState,
  /** Threads whose content lies in it. */
  threadsThere: z.number().int().nonnegative(),
  /** What was there before the project was, and is still to be moved by `npm run project:migrate`. */
  threadsToMove: z.number().int().nonnegative(),
  agentsToMove: z.number().int().nonnegative(),
  validatedAt: Timestamp,
  /** To the minute. */
  lastUsedAt: Timestamp.nullable(),
});
export type OwnProject = z.infer<typeof OwnProject>;

const key = (max: number) =>
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must be one word of printable ASCII characters')
    .max(max);

export const NewOwnProject = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(500),
  /** Its publishable key, or the legacy anon key. */
  publishableKey: key(4000).min(1),
  /** The shared secret by which it believes tokens (HS256). */
  jwtSecret: key(1000).min(32),
  /** The project holds a copy of what lies in the one that is set now: without it, a project that holds threads is not replaced by another. */
  isCopy: z.boolean().default(false),
});
export type NewOwnProject = z.infer<typeof NewOwnProject>;
