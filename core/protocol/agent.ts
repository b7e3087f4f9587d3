import * as z from 'zod';
import { AgentId, CatalogAgentId, Timestamp, WorkspaceId } from './ids.ts';
import { ToolPolicy } from './tool-policy.ts';

/** How a model is to answer. What is not given is the provider's own default. */
export const ModelSettings = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  maxOutputTokens: z.number().int().min(1).max(200_000).optional(),
  reasoningEffort: z.enum(['minimal', 'low', 'medium', 'high']).optional(),
});
export type ModelSettings = z.infer<typeof ModelSettings>;

/** Where a run ends by itself. Wall time counts only while a worker works on it, not while it waits for a person. */
export const RunLimits = z.strictObject({
  maxTurns: z.number().int().min(1).max(200).default(10),
  maxSeconds: z
    .number()
    .int()
    .min(5)
    .max(4 * 3600)
    .default(1_800),
  /** Tokens in and out, over all model calls of the run. Null: no limit. */
  maxTokens: z.number().int().min(1).nullable().default(null),
  maxCostUsd: z.number().positive().nullable().default(null),
});
export type RunLimits = z.infer<typeof RunLimits>;
export const defaultRunLimits: RunLimits = RunLimits.parse({});

export const AgentStatus = z.enum(['active', 'dismissed']);
export type AgentStatus = z.infer<typeof AgentStatus>;

/** A version of the catalog. */
export const AgentOrigin = z.object({ catalogAgentId: CatalogAgentId, catalogVersion: z.number().int().positive() });
export type AgentOrigin = z.infer<typeof AgentOrigin>;

/** What an agent is, as its newest version says. A run keeps to the version that it began with. */
export const Agent = z.object({
  id: AgentId,
  workspaceId: WorkspaceId,
  name: z.string(),
  /** What it is there for, in a few words: a job title. */
  role: z.string().default(''),
  /** How it speaks and behaves. */
  personality: z.string().default(''),
  /** An emoji, or the https address of a picture. */
  avatar: z.string().nullable().default(null),
  department: z.string().nullable().default(null),
  description: z.string(),
  instructions: z.string(),
  /** `provider/model`, or `default` for the model that this deployment names in DEFAULT_MODEL. */
  model: z.string(),
  settings: ModelSettings.default({}),
  /** Names of tools that the agent may call; an empty list means none. */
  tools: z.array(z.string()),
  /** By the name of the tool; a tool without one has the policy that it declares itself. */
  toolPolicies: z.record(z.string(), ToolPolicy).default({}),
  /** Agents that it may hand the conversation over to. Nothing else is reachable. */
  handoffs: z.array(AgentId).default([]),
  /** Agents that it may ask for a piece of work, as a tool, and whose answer it gets. */
  delegates: z.array(AgentId).default([]),
  limits: RunLimits.default(defaultRunLimits),
  /** 1 is the first; each change makes another. */
  version: z.number().int().positive().default(1),
  /** A dismissed agent works no more; its threads stay readable, and it can be rehired. */
  status: AgentStatus.default('active'),
  /** What it was copied from when it was hired; null for one that people made themselves. */
  origin: AgentOrigin.nullable().default(null),
  createdAt: Timestamp,
});
export type Agent = z.infer<typeof Agent>;

/** What an agent has of which nothing was said. */
export const agentDefaults = {
  role: '',
  personality: '',
  avatar: null,
  department: null,
  settings: {},
  toolPolicies: {},
  handoffs: [],
  delegates: [],
  limits: defaultRunLimits,
  version: 1,
  status: 'active',
  origin: null,
} satisfies Partial<Agent>;
