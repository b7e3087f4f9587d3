import * as z from 'zod';
import { type Agent, AgentOrigin, ModelSettings, RunLimits } from '#core/protocol/agent.ts';
import { AgentContent, type AgentVersion } from '#core/protocol/agent-content.ts';
import {
  type CatalogAgent,
  CatalogContent,
  CatalogStatus,
  type CatalogVersion,
  type Hire,
  ManagedCatalogEntry,
} from '#core/protocol/catalog.ts';
import { AgentId, CatalogAgentId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import { ToolPolicy } from '#core/protocol/tool-policy.ts';

/** Postgres writes times with an offset and microseconds; the protocol has UTC and milliseconds. */
export const Time = z.string().transform((text) => new Date(text).toISOString());

export const agentColumns =
  'id, workspace_id, name, role, personality, avatar, department, description, instructions, model, settings, tools, ' +
  'tool_policies, handoffs, delegates, limits, version, dismissed_at, catalog_agent_id, catalog_version, created_at';

export const AgentRow = z
  .object({
    id: AgentId,
    workspace_id: WorkspaceId,
    name: z.string(),
    role: z.string(),
    personality: z.string(),
    avatar: z.string().nullable(),
    department: z.string().nullable(),
    description: z.string(),
    instructions: z.string(),
    model: z.string(),
    settings: ModelSettings,
    tools: z.array(z.string()),
    tool_policies: z.record(z.string(), ToolPolicy),
    handoffs: z.array(AgentId),
    delegates: z.array(AgentId),
    limits: RunLimits,
    version: z.number(),
    dismissed_at: z.string().nullable(),
    catalog_agent_id: CatalogAgentId.nullable(),
    catalog_version: z.number().nullable(),
    created_at: Time,
  })
  .transform(
    (row): Agent => ({
      id: row.id,
      workspaceId: row.workspace_id,
      name: row.name,
      role: row.role,
      personality: row.personality,
      avatar: row.avatar,
      department: row.department,
      description: row.description,
      instructions: row.instructions,
      model: row.model,
      settings: row.settings,
      tools: row.tools,
      toolPolicies: row.tool_policies,
      handoffs: row.handoffs,
      delegates: row.delegates,
      limits: row.limits,
      version: row.version,
      status: row.dismissed_at === null ? 'active' : 'dismissed',
      origin:
        AgentOrigin.safeParse({ catalogAgentId: row.catalog_agent_id, catalogVersion: row.catalog_version }).data ??
        null,
      createdAt: row.created_at,
    }),
  );

/** An agent's content as columns of `agents`; what is not given is left out. */
export const agentColumnsOf = ({ toolPolicies, ...content }: Partial<AgentContent>) => ({
  ...content,
  ...(toolPolicies && { tool_policies: toolPolicies }),
});

export const AgentVersionRow = z
  .object({
    agent_id: AgentId,
    version: z.number(),
    content: AgentContent,
    changed: z.array(z.string()),
    restored_from: z.number().nullable(),
    changed_by: UserId.nullable(),
    created_at: Time,
  })
  .transform(
    (row): AgentVersion => ({
      agentId: row.agent_id,
      version: row.version,
      content: row.content,
      changed: row.changed,
      restoredFrom: row.restored_from,
      changedBy: row.changed_by,
      createdAt: row.created_at,
    }),
  );

export const CatalogVersionRow = z
  .looseObject({
    catalog_agent_id: CatalogAgentId,
    version: z.number(),
    status: CatalogStatus,
    tool_policies: z.unknown(),
    created_at: Time,
    published_at: Time.nullable(),
  })
  .transform(
    (row): CatalogVersion => ({
      catalogAgentId: row.catalog_agent_id,
      version: row.version,
      status: row.status,
      content: CatalogContent.parse({ ...row, toolPolicies: row.tool_policies }),
      createdAt: row.created_at,
      publishedAt: row.published_at,
    }),
  );

export const CatalogAgentRow = z.object({
  id: CatalogAgentId,
  slug: z.string(),
  department: z.string(),
  is_head: z.boolean(),
});

/** An entry of the SQL function `list_catalog`. */
export const CatalogEntry = z
  .object({
    agent: CatalogAgentRow,
    version: CatalogVersionRow,
    position: z.number(),
    hire: z.object({ id: AgentId, dismissed_at: z.string().nullable(), created_at: Time }).nullable(),
  })
  .transform(({ agent, version, position, hire }): { entry: CatalogAgent; position: number } => ({
    entry: {
      id: agent.id,
      slug: agent.slug,
      department: agent.department,
      isHead: agent.is_head,
      version: version.version,
      content: version.content,
      hire: hire && hireOf(hire),
    },
    position,
  }));

/** An entry of the SQL function `list_managed_catalog`. */
export const ManagedEntry = z
  .object({
    agent: CatalogAgentRow,
    position: z.number(),
    changed_at: Time,
    ...ManagedCatalogEntry.pick({ name: true, role: true, avatar: true, draft: true, published: true, newest: true })
      .shape,
  })
  .transform(
    ({ agent, position, changed_at: changedAt, ...rest }): { entry: ManagedCatalogEntry; position: number } => ({
      entry: {
        id: agent.id,
        slug: agent.slug,
        department: agent.department,
        isHead: agent.is_head,
        ...rest,
        changedAt,
      },
      position,
    }),
  );

const hireOf = (row: { id: AgentId; dismissed_at: string | null; created_at: string }): Hire => ({
  agentId: row.id,
  status: row.dismissed_at === null ? 'active' : 'dismissed',
  hiredAt: row.created_at,
});
