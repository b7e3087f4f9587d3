import * as z from 'zod';
import { Agent, AgentStatus } from './agent.ts';
import { AgentDraft, requiredText } from './agent-content.ts';
import { AgentId, CatalogAgentId, Timestamp } from './ids.ts';

export const Department = z.object({ name: z.string(), position: z.number().int() });
export type Department = z.infer<typeof Department>;

/** Published ones can be hired. One agent has at most one draft and one published version. */
export const CatalogStatus = z.enum(['draft', 'published', 'retired']);
export type CatalogStatus = z.infer<typeof CatalogStatus>;

/** What a hired agent begins as. Whom it hands over to is the business of the workspace. */
export const CatalogContent = Agent.pick({
  name: true,
  role: true,
  personality: true,
  avatar: true,
  description: true,
  instructions: true,
  model: true,
  settings: true,
  tools: true,
  toolPolicies: true,
  limits: true,
});
export type CatalogContent = z.infer<typeof CatalogContent>;

/** What is hired has to know what it is to do. */
export const CatalogDraft = AgentDraft.omit({ department: true, handoffs: true, delegates: true }).extend({
  instructions: requiredText(100_000),
});
export type CatalogDraft = z.infer<typeof CatalogDraft>;

export const CatalogSlug = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be words of small letters and digits, joined by hyphens');

/** The agent of a workspace that was hired from the catalog. */
export const Hire = z.object({ agentId: AgentId, status: AgentStatus, hiredAt: Timestamp });
export type Hire = z.infer<typeof Hire>;

/** An agent that any workspace may hire, as it is published. */
export const CatalogAgent = z.object({
  id: CatalogAgentId,
  slug: z.string(),
  department: z.string(),
  /** Leads its department. */
  isHead: z.boolean(),
  version: z.number().int().positive(),
  content: CatalogContent,
  /** In the workspace that was asked about; null when it was never hired there, or no workspace was named. */
  hire: Hire.nullable(),
});
export type CatalogAgent = z.infer<typeof CatalogAgent>;

export const CatalogVersion = z.object({
  catalogAgentId: CatalogAgentId,
  version: z.number().int().positive(),
  status: CatalogStatus,
  content: CatalogContent,
  createdAt: Timestamp,
  publishedAt: Timestamp.nullable(),
});
export type CatalogVersion = z.infer<typeof CatalogVersion>;

/** A catalog agent in the list of platform admins. Its words are those of the published version, else of the newest. */
export const ManagedCatalogEntry = CatalogAgent.pick({ id: true, slug: true, department: true, isHead: true }).extend({
  name: z.string(),
  role: z.string(),
  avatar: CatalogContent.shape.avatar,
  /** Versions. It has at most one draft and one that is published. */
  draft: z.number().int().positive().nullable(),
  published: z.number().int().positive().nullable(),
  newest: z.number().int().positive(),
  /** When it was published last, or its newest version begun. */
  changedAt: Timestamp,
});
export type ManagedCatalogEntry = z.infer<typeof ManagedCatalogEntry>;

/** A catalog agent as platform admins see it: with all its versions, the newest first. */
export const ManagedCatalogAgent = CatalogAgent.pick({ id: true, slug: true, department: true, isHead: true }).extend({
  versions: z.array(CatalogVersion),
});
export type ManagedCatalogAgent = z.infer<typeof ManagedCatalogAgent>;
