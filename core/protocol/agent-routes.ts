import * as z from 'zod';
import { Agent, AgentStatus } from './agent.ts';
import { AgentChange, AgentDraft, AgentVersion, FieldChange, PromptPart, ToolSummary } from './agent-content.ts';
import { AgentId, ClientRequestId, WorkspaceId } from './ids.ts';
import { maxPageSize } from './limits.ts';
import { cursor, limit, page, type Route } from './route.ts';

const agent = z.strictObject({ agentId: AgentId });
const Version = z.coerce.number().int().positive().max(2_147_483_647);
const version = agent.extend({ version: Version });
const current = z.number().int().positive();

/** What somebody types to find something: words that begin like these. */
export const search = z.string().trim().max(200).optional();

export const agentRoutes = {
  'GET /v1/tools': { access: 'user', status: 200, reply: z.object({ data: z.array(ToolSummary) }) },
  /** `hiredOnly`: those that were hired from the catalog. */
  'GET /v1/agents': {
    access: 'user',
    query: z.strictObject({
      workspaceId: WorkspaceId,
      search,
      department: z.string().max(80).optional(),
      hiredOnly: z.stringbool().default(false),
      status: z.enum([...AgentStatus.options, 'all']).default('active'),
      cursor,
      limit: z.coerce.number().int().min(1).max(maxPageSize).default(maxPageSize),
    }),
    status: 200,
    reply: page(Agent),
  },
  'POST /v1/agents': {
    access: 'user',
    body: AgentDraft.extend({ workspaceId: WorkspaceId, clientRequestId: ClientRequestId.optional() }),
    status: 201,
    reply: Agent,
  },
  'GET /v1/agents/{agentId}': { access: 'user', path: agent, status: 200, reply: Agent },
  /** `version` is the one that the change was made from; another one meanwhile is a `conflict`. */
  'PATCH /v1/agents/{agentId}': {
    access: 'user',
    path: agent,
    body: AgentChange.extend({ version: current }),
    status: 200,
    reply: Agent,
  },
  'POST /v1/agents/{agentId}/dismiss': { access: 'user', path: agent, status: 200, reply: Agent },
  'POST /v1/agents/{agentId}/rehire': { access: 'user', path: agent, status: 200, reply: Agent },
  /** Newest first. */
  'GET /v1/agents/{agentId}/versions': {
    access: 'user',
    path: agent,
    query: z.strictObject({ cursor, limit }),
    status: 200,
    reply: page(AgentVersion),
  },
  'GET /v1/agents/{agentId}/versions/{version}': { access: 'user', path: version, status: 200, reply: AgentVersion },
  /** From the version `from` to this one; without it, from the one before. */
  'GET /v1/agents/{agentId}/versions/{version}/diff': {
    access: 'user',
    path: version,
    query: z.strictObject({ from: Version.optional() }),
    status: 200,
    reply: z.object({ from: current.nullable(), to: current, changes: z.array(FieldChange) }),
  },
  /** Makes a new version with the content of an old one. `currentVersion` is the newest that the caller has seen. */
  'POST /v1/agents/{agentId}/versions/{version}/restore': {
    access: 'user',
    path: version,
    body: z.strictObject({ currentVersion: current }),
    status: 200,
    reply: Agent,
  },
  /** What a run of the agent would begin with now. For owners and admins. */
  'GET /v1/agents/{agentId}/prompt': {
    access: 'user',
    path: agent,
    status: 200,
    reply: z.object({ text: z.string(), parts: z.array(PromptPart) }),
  },
} as const satisfies Record<string, Route>;
