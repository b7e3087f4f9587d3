import * as z from 'zod';
import { Timestamp, UserId, WorkspaceId } from './ids.ts';

export const Role = z.enum(['owner', 'admin', 'member']);
export type Role = z.infer<typeof Role>;

/** The tenant. `role` is the caller's own. */
export const Workspace = z.object({
  id: WorkspaceId,
  name: z.string(),
  kind: z.enum(['personal', 'company', 'client']),
  role: Role,
  createdAt: Timestamp,
});
export type Workspace = z.infer<typeof Workspace>;

export const Me = z.object({
  id: UserId,
  isAnonymous: z.boolean(),
  name: z.string().nullable(),
  email: z.string().nullable(),
});
export type Me = z.infer<typeof Me>;
