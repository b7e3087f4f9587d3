import * as z from 'zod';
import { Agent, ModelSettings, RunLimits } from './agent.ts';
import { AgentId, Timestamp, UserId } from './ids.ts';
import { storableText } from './text.ts';
import { ToolPolicy } from './tool-policy.ts';

/** A text with at least one sign that is no space. */
export const requiredText = (max: number) => z.string().transform(storableText).pipe(z.string().trim().min(1).max(max));
export const optionalText = (max: number) => z.string().transform(storableText).pipe(z.string().max(max));

const Avatar = z
  .union([
    z.url({ protocol: /^https$/ }).max(2048),
    z.string().regex(/^\p{RGI_Emoji}$/v, 'must be one emoji or the https address of a picture'),
  ])
  .nullable();

const ToolName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be the name of a tool');

const distinct = <Element extends z.ZodType<string>>(element: Element, max: number) =>
  z
    .array(element)
    .max(max)
    .refine((elements) => new Set(elements).size === elements.length, { message: 'must not name anything twice' });

/** What people write of an agent; the rest of it the platform knows. Limits are those of the table `agents`. */
export const AgentDraft = z.strictObject({
  name: requiredText(80),
  role: optionalText(120).default(''),
  personality: optionalText(4_000).default(''),
  avatar: Avatar.default(null),
  department: requiredText(80).nullable().default(null),
  description: optionalText(2_000).default(''),
  instructions: optionalText(100_000).default(''),
  /** `provider/model`, an alias, which is resolved when it is saved, or `default`. */
  model: z.string().min(1).max(200).default('default'),
  settings: ModelSettings.default({}),
  tools: distinct(ToolName, 500).default([]),
  toolPolicies: z.record(ToolName, ToolPolicy).default({}),
  handoffs: distinct(AgentId, 50).default([]),
  delegates: distinct(AgentId, 50).default([]),
  limits: RunLimits.default(() => RunLimits.parse({})),
});
export type AgentDraft = z.infer<typeof AgentDraft>;

/** The part of an agent that its versions keep. */
export const AgentContent = Agent.pick({
  name: true,
  role: true,
  personality: true,
  avatar: true,
  department: true,
  description: true,
  instructions: true,
  model: true,
  settings: true,
  tools: true,
  toolPolicies: true,
  handoffs: true,
  delegates: true,
  limits: true,
});
export type AgentContent = z.infer<typeof AgentContent>;

const fields = AgentDraft.shape;

/** What is to be different. What is not given stays as it is. */
export const AgentChange = z.strictObject({
  name: fields.name.optional(),
  role: optionalText(120).optional(),
  personality: optionalText(4_000).optional(),
  avatar: Avatar.optional(),
  department: requiredText(80).nullable().optional(),
  description: optionalText(2_000).optional(),
  instructions: optionalText(100_000).optional(),
  model: z.string().min(1).max(200).optional(),
  settings: ModelSettings.optional(),
  tools: distinct(ToolName, 500).optional(),
  toolPolicies: z.record(ToolName, ToolPolicy).optional(),
  handoffs: distinct(AgentId, 50).optional(),
  delegates: distinct(AgentId, 50).optional(),
  limits: RunLimits.optional(),
});
export type AgentChange = z.infer<typeof AgentChange>;

/** What an agent was, from one change to the next. Nobody edits it. */
export const AgentVersion = z.object({
  agentId: AgentId,
  version: z.number().int().positive(),
  content: AgentContent,
  /** The fields that differ from the version before; empty for the first. */
  changed: z.array(z.string()),
  /** The version that this one brought back, if it did. */
  restoredFrom: z.number().int().positive().nullable(),
  /** Null when the platform itself did it. */
  changedBy: UserId.nullable(),
  createdAt: Timestamp,
});
export type AgentVersion = z.infer<typeof AgentVersion>;

export const ChangedLine = z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() });
export type ChangedLine = z.infer<typeof ChangedLine>;

/** A field in which two versions differ. Texts of several lines come with `lines`: all of them, in order. */
export const FieldChange = z.object({
  field: AgentContent.keyof(),
  before: z.unknown(),
  after: z.unknown(),
  lines: z.array(ChangedLine).optional(),
});
export type FieldChange = z.infer<typeof FieldChange>;

/** A part of the prompt, in the order in which the model reads them. */
export const PromptPart = z.object({
  name: z.enum(['base', 'context', 'rules', 'skills', 'memories', 'handoffs']),
  text: z.string(),
});
export type PromptPart = z.infer<typeof PromptPart>;

/** A tool as an agent's editor offers it. */
export const ToolSummary = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  /** Who carries it out: the platform, or the browser of the person. */
  kind: z.enum(['server', 'client']),
  /** What holds where the agent says nothing of its own. */
  policy: ToolPolicy,
});
export type ToolSummary = z.infer<typeof ToolSummary>;
