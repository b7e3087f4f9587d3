import * as z from 'zod';
import type { AgentContext } from '#core/ports/agent-store.ts';
import { AgentId, RuleId, SkillId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Memory, MemoryEntry } from '#core/protocol/memory.ts';
import { type Rule, RuleKind } from '#core/protocol/rule.ts';
import { type SkillEntry, SkillSummary } from '#core/protocol/skill.ts';
import { AgentRow, Time } from './agent-rows.ts';
import { ToolGrantRow } from './tool-grant-rows.ts';

export const RuleRow = z
  .object({
    id: RuleId,
    workspace_id: WorkspaceId,
    agent_id: AgentId.nullable(),
    kind: RuleKind,
    text: z.string(),
    respond_with: z.string().nullable(),
    priority: z.number(),
    enabled: z.boolean(),
    created_at: Time,
    updated_at: Time,
  })
  .transform(
    (row): Rule => ({
      id: row.id,
      workspaceId: row.workspace_id,
      agentId: row.agent_id,
      kind: row.kind,
      text: row.text,
      respondWith: row.respond_with,
      priority: row.priority,
      enabled: row.enabled,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }),
  );

const skillFields = z.object({
  id: SkillId,
  workspace_id: WorkspaceId,
  name: z.string(),
  description: z.string(),
  is_system: z.boolean(),
  created_at: Time,
  updated_at: Time,
});
const skillOf = (row: z.infer<typeof skillFields>): SkillEntry => ({
  id: row.id,
  workspaceId: row.workspace_id,
  name: row.name,
  description: row.description,
  isSystem: row.is_system,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
export const SkillEntryRow = skillFields.transform(skillOf);
export const SkillRow = skillFields
  .extend({ content: z.string() })
  .transform(({ content, ...row }) => ({ ...skillOf(row), content }));

const memoryFields = z.object({ path: z.string(), bytes: z.number(), updated_at: Time });
export const MemoryEntryRow = memoryFields.transform(
  ({ path, bytes, updated_at }): MemoryEntry => ({ path, bytes, updatedAt: updated_at }),
);
export const MemoryRow = memoryFields
  .extend({ content: z.string() })
  .transform(({ updated_at, ...row }): Memory => ({ ...row, updatedAt: updated_at }));
export const FoundMemoryRow = memoryFields
  .extend({ excerpt: z.string() })
  .transform(({ path, bytes, updated_at, excerpt }) => ({ path, bytes, updatedAt: updated_at, excerpt }));

const someMemories = { memories: z.array(MemoryEntryRow), memoryCount: z.number() };

/** The answer of the SQL function `memories_of_agents`, by agent. */
export const MemoriesOfAgents = z.record(z.string(), z.object(someMemories));

/** The answer of the SQL function `run_context`; `elsewhere` are the agents that remember in the workspace's own project. */
export const AgentContextAnswer = z.object({
  workspaceName: z.string(),
  person: z.object({ name: z.string().nullable(), timezone: z.string().nullable() }),
  agents: z.array(
    z.object({
      agent: AgentRow,
      rules: z.array(RuleRow),
      skills: z.array(SkillSummary),
      ...someMemories,
    }),
  ),
  elsewhere: z.array(AgentId),
  grants: z.array(ToolGrantRow),
}) satisfies z.ZodType<AgentContext>;
