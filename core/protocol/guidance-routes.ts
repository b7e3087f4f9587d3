import * as z from 'zod';
import { search } from './agent-routes.ts';
import { AgentId, ClientRequestId, RuleId, SkillId, WorkspaceId } from './ids.ts';
import { FoundMemory, Memory, MemoryContent, MemoryEntry, MemoryPath } from './memory.ts';
import { cursor, limit, page, type Route } from './route.ts';
import { Rule, RuleContent, RuleDraft } from './rule.ts';
import { Skill, SkillContent, SkillEntry } from './skill.ts';

const agent = z.strictObject({ agentId: AgentId });
const rule = z.strictObject({ ruleId: RuleId });
const skill = z.strictObject({ skillId: SkillId });
const nothing = z.undefined();

/** What guides agents beside their instructions: rules, skills and memories. */
export const guidanceRoutes = {
  /** In the order of the prompt. With `agentId` those that hold for it: its own and the workspace's. */
  'GET /v1/rules': {
    access: 'user',
    query: z.strictObject({ workspaceId: WorkspaceId, agentId: AgentId.optional(), cursor, limit }),
    status: 200,
    reply: page(Rule),
  },
  'POST /v1/rules': {
    access: 'user',
    body: RuleDraft.safeExtend({ clientRequestId: ClientRequestId.optional() }),
    status: 201,
    reply: Rule,
  },
  'PATCH /v1/rules/{ruleId}': { access: 'user', path: rule, body: RuleContent, status: 200, reply: Rule },
  'DELETE /v1/rules/{ruleId}': { access: 'user', path: rule, status: 204, reply: nothing },

  /** By name, without content. With `agentId` those that it has. */
  'GET /v1/skills': {
    access: 'user',
    query: z.strictObject({ workspaceId: WorkspaceId, agentId: AgentId.optional(), cursor, limit }),
    status: 200,
    reply: page(SkillEntry),
  },
  /** A name that is taken in the workspace is a `conflict`. */
  'POST /v1/skills': {
    access: 'user',
    body: SkillContent.extend({ workspaceId: WorkspaceId, clientRequestId: ClientRequestId.optional() }),
    status: 201,
    reply: Skill,
  },
  'GET /v1/skills/{skillId}': { access: 'user', path: skill, status: 200, reply: Skill },
  'PATCH /v1/skills/{skillId}': {
    access: 'user',
    path: skill,
    body: SkillContent.partial(),
    status: 200,
    reply: Skill,
  },
  'DELETE /v1/skills/{skillId}': { access: 'user', path: skill, status: 204, reply: nothing },
  /** Gives the agent these skills and no others. */
  'PATCH /v1/agents/{agentId}/skills': {
    access: 'user',
    path: agent,
    body: z.strictObject({ skillIds: z.array(SkillId).max(200) }),
    status: 200,
    reply: z.object({ data: z.array(SkillEntry) }),
  },

  /** By path, without content. With `prefix` those whose path begins so. */
  'GET /v1/agents/{agentId}/memories': {
    access: 'user',
    path: agent,
    query: z.strictObject({ prefix: z.string().max(200).optional(), cursor, limit }),
    status: 200,
    reply: page(MemoryEntry),
  },
  /** Those that have all words, or words that begin like them; the best first. */
  'GET /v1/agents/{agentId}/memories/search': {
    access: 'user',
    path: agent,
    query: z.strictObject({ search: search.unwrap().pipe(z.string().min(1)), limit }),
    status: 200,
    reply: z.object({ data: z.array(FoundMemory) }),
  },
  'GET /v1/agents/{agentId}/memory': {
    access: 'user',
    path: agent,
    query: z.strictObject({ path: MemoryPath }),
    status: 200,
    reply: Memory,
  },
  /** Writes the memory at this path, whether or not there was one. */
  'PATCH /v1/agents/{agentId}/memory': {
    access: 'user',
    path: agent,
    body: z.strictObject({ path: MemoryPath, content: MemoryContent }),
    status: 200,
    reply: Memory,
  },
  'DELETE /v1/agents/{agentId}/memory': {
    access: 'user',
    path: agent,
    query: z.strictObject({ path: MemoryPath }),
    status: 204,
    reply: nothing,
  },
} as const satisfies Record<string, Route>;
