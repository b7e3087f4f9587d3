import { diffAgents, isEqual } from '#core/domain/agent-diff.ts';
import { PlatformError } from '#core/errors.ts';
import type { AgentInContext, AgentStore } from '#core/ports/agent-store.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { ToolGrantStore } from '#core/ports/tool-grant-store.ts';
import type { Agent } from '#core/protocol/agent.ts';
import { AgentContent, type AgentVersion } from '#core/protocol/agent-content.ts';
import type { AgentId } from '#core/protocol/ids.ts';
import { readMemoryAccess } from './memory-access.ts';
import { createMemoryTenancy, forbidden, matches, pageOf, sortable } from './memory-tenancy.ts';
import type { MemoryWorkspaceStore } from './memory-workspace-store.ts';

type Guidance = Omit<AgentInContext, 'agent'>;
const noGuidance: Guidance = { rules: [], skills: [], memories: [], memoryCount: 0 };

/** Agents and their versions, over the agents of a workspace store. */
export function createMemoryAgentStore(options: {
  workspaces: MemoryWorkspaceStore;
  now: Clock;
  guidanceOf?: (agent: Agent) => Guidance;
  toolGrants?: Pick<ToolGrantStore, 'granted'>;
}): AgentStore {
  const { rows, tenants } = options.workspaces;
  const tenancy = createMemoryTenancy(options.workspaces);
  const histories = new Map<AgentId, AgentVersion[]>();
  const requests = new Map<string, AgentId>();

  /** Those that were there before have their present as their first version. */
  const historyOf = (agent: Agent): AgentVersion[] => {
    const known = histories.get(agent.id);
    if (known) return known;
    const { version, createdAt } = agent;
    const content = AgentContent.parse(agent);
    const first = { agentId: agent.id, version, content, changed: [], restoredFrom: null, changedBy: null, createdAt };
    histories.set(agent.id, [first]);
    return histories.get(agent.id) ?? [];
  };

  function assertEdges(agent: Agent): void {
    const leads = [...agent.handoffs, ...agent.delegates].every(
      (id) => id !== agent.id && rows.agents.get(id)?.workspaceId === agent.workspaceId,
    );
    if (!leads) throw new PlatformError('conflict', 'An edge leads nowhere.');
  }

  const store: AgentStore = {
    async list(access, { workspaceId, search, department, hiredOnly, status, cursor, limit }) {
      const found = [...rows.agents.values()].filter(
        (agent) =>
          agent.workspaceId === workspaceId &&
          tenancy.isMember(access, workspaceId) &&
          matches(search, `${agent.name} ${agent.role} ${agent.description}`) &&
          (department === undefined || agent.department === department) &&
          (!hiredOnly || agent.origin !== null) &&
          (status === 'all' || agent.status === status),
      );
      return pageOf(found, { cursor, limit }, ({ createdAt, id }) => [createdAt, id]);
    },

    get: async (access, agentId) => tenancy.seenAgent(access, agentId) ?? null,

    existing: async (access, workspaceId, agentIds) =>
      new Set(agentIds.filter((id) => tenancy.seenAgent(access, id)?.workspaceId === workspaceId)),

    async add(access, { id, workspaceId, clientRequestId, ...given }) {
      tenancy.assertMayManage(access, workspaceId);
      const content = AgentContent.parse(given);
      const request = clientRequestId && `${workspaceId} ${clientRequestId}`;
      const made = request && rows.agents.get(requests.get(request) ?? id);
      if (made) {
        if (isEqual(historyOf(made)[0]?.content, content)) return made;
        throw new PlatformError('idempotency_mismatch', 'This clientRequestId was used before, for another agent.');
      }
      const createdAt = timestamp(options.now());
      const agent: Agent = { id, workspaceId, ...content, version: 1, status: 'active', origin: null, createdAt };
      assertEdges(agent);
      rows.agents.set(id, agent);
      if (request) requests.set(request, id);
      historyOf(agent).splice(0, 1, { ...firstOf(historyOf(agent)), changedBy: readMemoryAccess(access).userId });
      return agent;
    },

    async update(access, agentId, version, change, restoredFrom) {
      const agent = tenancy.seenAgent(access, agentId);
      if (!agent || !tenancy.mayManage(access, agent.workspaceId) || agent.version !== version) return null;
      const before = AgentContent.parse(agent);
      const content = AgentContent.parse({ ...before, ...change });
      const changed = diffAgents(before, content).map(({ field }) => field);
      if (changed.length === 0) return agent;
      const next: Agent = { ...agent, ...content, version: version + 1 };
      assertEdges(next);
      const history = historyOf(agent);
      history.push({
        agentId,
        version: next.version,
        content,
        changed: changed.toSorted(),
        restoredFrom: restoredFrom ?? null,
        changedBy: readMemoryAccess(access).userId,
        createdAt: timestamp(options.now()),
      });
      rows.agents.set(agentId, next);
      return next;
    },

    async setStatus(access, agentId, status) {
      const agent = tenancy.seenAgent(access, agentId);
      if (!agent || !tenancy.mayManage(access, agent.workspaceId)) return null;
      rows.agents.set(agentId, { ...agent, status });
      return { ...agent, status };
    },

    async versions(access, agentId, page) {
      const agent = tenancy.seenAgent(access, agentId);
      return pageOf(agent ? historyOf(agent) : [], page, ({ version }) => [sortable(9_999_999_999 - version), '']);
    },

    async version(access, agentId, version) {
      const agent = tenancy.seenAgent(access, agentId);
      return (agent && historyOf(agent).find((each) => each.version === version)) ?? null;
    },

    async context(access, agentId) {
      const root = tenancy.seenAgent(access, agentId);
      if (root?.status !== 'active') return null;
      const { userId } = readMemoryAccess(access);
      return {
        workspaceName: tenants.workspaces.get(root.workspaceId)?.workspace.name ?? '',
        person: { name: tenants.names.get(userId) ?? null, timezone: null },
        agents: reachable(root).map((agent) => ({ agent, ...(options.guidanceOf?.(agent) ?? noGuidance) })),
        grants: (await options.toolGrants?.granted(access, { workspaceId: root.workspaceId, userId })) ?? [],
      };
    },
  };

  function reachable(root: Agent): Agent[] {
    const found = new Map([[root.id, root]]);
    let border = [root];
    for (let depth = 0; depth < 3; depth += 1) {
      border = border
        .flatMap(({ handoffs, delegates }) => [...handoffs, ...delegates])
        .flatMap((id) => rows.agents.get(id) ?? [])
        .filter(({ id, status }) => status === 'active' && !found.has(id));
      for (const agent of border) found.set(agent.id, agent);
    }
    return [...found.values()];
  }

  return store;
}

function firstOf(history: readonly AgentVersion[]): AgentVersion {
  const [first] = history;
  if (!first) throw forbidden();
  return first;
}
