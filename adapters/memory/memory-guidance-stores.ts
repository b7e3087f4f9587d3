import { isEqual } from '#core/domain/agent-diff.ts';
import { notFound, PlatformError } from '#core/errors.ts';
import type { AgentInContext } from '#core/ports/agent-store.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { GuidanceStores, RuleStore, SkillStore } from '#core/ports/guidance-store.ts';
import type { Agent } from '#core/protocol/agent.ts';
import type { AgentId, RuleId, SkillId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Rule } from '#core/protocol/rule.ts';
import type { Skill, SkillEntry } from '#core/protocol/skill.ts';
import { createMemoryMemoryStore } from './memory-memory-store.ts';
import { createMemoryTenancy, pageOf, sortable } from './memory-tenancy.ts';
import type { MemoryWorkspaceStore } from './memory-workspace-store.ts';

export interface MemoryGuidanceStores extends GuidanceStores {
  /** A skill of the platform's own. */
  addSystemSkill(skill: Skill): void;
  guidanceOf(agent: Agent): Omit<AgentInContext, 'agent'>;
}

/** Rules, skills and memories for the agents of a workspace store. */
export function createMemoryGuidanceStores(options: {
  workspaces: MemoryWorkspaceStore;
  now: Clock;
}): MemoryGuidanceStores {
  const tenancy = createMemoryTenancy(options.workspaces);
  const { agents } = options.workspaces.rows;
  const at = () => timestamp(options.now());
  const rules = new Map<RuleId, Rule>();
  const requests = new Map<string, RuleId>();
  const skills = new Map<SkillId, Skill>();
  const assigned = new Map<AgentId, Set<SkillId>>();
  const memories = createMemoryMemoryStore({ tenancy, now: options.now });

  const holdsFor = (agentId: AgentId | undefined) => (rule: Rule) =>
    agentId === undefined || rule.agentId === null || rule.agentId === agentId;
  const rulePlace = ({ priority, id }: Rule) => [sortable(priority), id] as const;
  const skillsOf = (agentId: AgentId) => [...(assigned.get(agentId) ?? [])].flatMap((id) => skills.get(id) ?? []);

  const ruleStore: RuleStore = {
    async list(access, { workspaceId, agentId, cursor, limit }) {
      const found = [...rules.values()].filter(
        (rule) => rule.workspaceId === workspaceId && tenancy.isMember(access, workspaceId),
      );
      return pageOf(found.filter(holdsFor(agentId)), { cursor, limit }, rulePlace);
    },
    async get(access, ruleId) {
      const rule = rules.get(ruleId);
      return rule && tenancy.isMember(access, rule.workspaceId) ? rule : null;
    },
    async add(access, { id, clientRequestId, ...draft }) {
      tenancy.assertMayManage(access, draft.workspaceId);
      if (draft.agentId !== null && agents.get(draft.agentId)?.workspaceId !== draft.workspaceId)
        throw new PlatformError('conflict', 'There is no such agent in this workspace.');
      const request = clientRequestId && `${draft.workspaceId} ${clientRequestId}`;
      const made = request && rules.get(requests.get(request) ?? id);
      if (made) {
        const { id: _, createdAt, updatedAt, ...content } = made;
        if (isEqual(content, draft)) return made;
        throw new PlatformError('idempotency_mismatch', 'This clientRequestId was used before, for another rule.');
      }
      const rule = { id, ...draft, createdAt: at(), updatedAt: at() };
      rules.set(id, rule);
      if (request) requests.set(request, id);
      return rule;
    },
    async update(access, ruleId, content) {
      const rule = rules.get(ruleId);
      if (!rule || !tenancy.mayManage(access, rule.workspaceId)) return null;
      const changed = { ...rule, ...content, updatedAt: at() };
      rules.set(ruleId, changed);
      return changed;
    },
    async remove(access, ruleId) {
      const rule = rules.get(ruleId);
      return rule !== undefined && tenancy.mayManage(access, rule.workspaceId) && rules.delete(ruleId);
    },
  };

  function assertFree(workspaceId: WorkspaceId, skillId: SkillId, name: string | undefined): void {
    const isTaken = [...skills.values()].some(
      (each) => each.workspaceId === workspaceId && each.name === name && each.id !== skillId,
    );
    if (isTaken) throw new PlatformError('conflict', 'There is a skill of this name.');
  }

  function changeable(access: Parameters<SkillStore['get']>[0], skillId: SkillId): Skill | undefined {
    const skill = skills.get(skillId);
    return skill && !skill.isSystem && tenancy.mayManage(access, skill.workspaceId) ? skill : undefined;
  }

  const skillStore: SkillStore = {
    async list(access, { workspaceId, agentId, cursor, limit }) {
      const all = agentId === undefined ? [...skills.values()] : skillsOf(agentId);
      const found = all.filter((skill) => skill.workspaceId === workspaceId && tenancy.isMember(access, workspaceId));
      return pageOf(found.map(entryOf), { cursor, limit }, ({ name }) => [name, '']);
    },
    async get(access, skillId) {
      const skill = skills.get(skillId);
      return skill && tenancy.isMember(access, skill.workspaceId) ? skill : null;
    },
    async ofAgent(access, agentId, name) {
      if (!tenancy.seenAgent(access, agentId)) return null;
      return skillsOf(agentId).find((skill) => skill.name === name) ?? null;
    },
    async add(access, skill) {
      tenancy.assertMayManage(access, skill.workspaceId);
      assertFree(skill.workspaceId, skill.id, skill.name);
      const added = { ...skill, isSystem: false, createdAt: at(), updatedAt: at() };
      skills.set(skill.id, added);
      return added;
    },
    async update(access, skillId, content) {
      const skill = changeable(access, skillId);
      if (!skill) return null;
      assertFree(skill.workspaceId, skillId, content.name);
      const changed = { ...skill, ...content, updatedAt: at() };
      skills.set(skillId, changed);
      return changed;
    },
    async remove(access, skillId) {
      if (!changeable(access, skillId)) return false;
      for (const ids of assigned.values()) ids.delete(skillId);
      return skills.delete(skillId);
    },
    async assign(access, agentId, skillIds) {
      const agent = tenancy.seenAgent(access, agentId);
      if (!agent) throw notFound('agent', agentId);
      tenancy.assertMayManage(access, agent.workspaceId);
      if (skillIds.some((id) => skills.get(id)?.workspaceId !== agent.workspaceId))
        throw new PlatformError('conflict', 'There is no such skill in this workspace.');
      assigned.set(agentId, new Set(skillIds));
    },
  };

  return {
    rules: ruleStore,
    skills: skillStore,
    memories,
    addSystemSkill: (skill) => void skills.set(skill.id, { ...skill, isSystem: true }),
    guidanceOf(agent) {
      const inPlace = [...rules.values()].filter((rule) => rule.workspaceId === agent.workspaceId && rule.enabled);
      return {
        rules: pageOf(inPlace.filter(holdsFor(agent.id)), { limit: Number.MAX_SAFE_INTEGER }, rulePlace).data,
        skills: pageOf(skillsOf(agent.id), { limit: Number.MAX_SAFE_INTEGER }, ({ name }) => [name, '']).data.map(
          ({ id, name, description }) => ({ id, name, description }),
        ),
        ...memories.indexOf(agent.id),
      };
    },
  };
}

const entryOf = ({ content: _, ...entry }: Skill): SkillEntry => entry;
