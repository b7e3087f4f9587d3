import * as z from 'zod';
import { AgentId, Timestamp, UserId, WorkspaceId } from './ids.ts';

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

export const Agent = z.object({
  id: AgentId,
  workspaceId: WorkspaceId,
  name: z.string(),
  description: z.string(),
  instructions: z.string(),
  /** `provider/model`, or `default` for the model that this deployment names in DEFAULT_MODEL. */
  model: z.string(),
  /** Names of built-in tools that the agent may call; an empty list means none. */
  tools: z.array(z.string()),
  createdAt: Timestamp,
});
export type Agent = z.infer<typeof Agent>;

export const Me = z.object({
  id: UserId,
  isAnonymous: z.boolean(),
  name: z.string().nullable(),
  email: z.string().nullable(),
});
export type Me = z.infer<typeof Me>;
