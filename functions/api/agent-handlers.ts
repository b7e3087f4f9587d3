import { builtinTools } from '#core/domain/builtin-tools.ts';
import type { agentRoutes } from '#core/protocol/agent-routes.ts';
import {
  type AgentDeps,
  changeAgent,
  createAgent,
  diffVersions,
  findAgent,
  findVersion,
  previewPrompt,
  restoreAgent,
  setAgentStatus,
} from '#core/use-cases/agents.ts';
import type { RouteHandlers } from './router.ts';

type AgentRoute = keyof typeof agentRoutes;

export function createAgentHandlers(deps: AgentDeps): Pick<RouteHandlers, AgentRoute> {
  const { agents, minter } = deps;
  return {
    'GET /v1/tools': async () => ({ data: [...builtinTools] }),
    'GET /v1/agents': async ({ caller, query }) => agents.list(await minter.forUser(caller), query),
    'POST /v1/agents': ({ caller, body }) => createAgent(deps, caller, body),
    'GET /v1/agents/{agentId}': ({ caller, path }) => findAgent(deps, caller, path.agentId),
    'PATCH /v1/agents/{agentId}': ({ caller, path, body }) => changeAgent(deps, caller, path.agentId, body),
    'POST /v1/agents/{agentId}/dismiss': ({ caller, path }) => setAgentStatus(deps, caller, path.agentId, 'dismissed'),
    'POST /v1/agents/{agentId}/rehire': ({ caller, path }) => setAgentStatus(deps, caller, path.agentId, 'active'),
    'GET /v1/agents/{agentId}/versions': async ({ caller, path, query }) =>
      agents.versions(await minter.forUser(caller), path.agentId, query),
    'GET /v1/agents/{agentId}/versions/{version}': ({ caller, path }) =>
      findVersion(deps, caller, path.agentId, path.version),
    'GET /v1/agents/{agentId}/versions/{version}/diff': ({ caller, path, query }) =>
      diffVersions(deps, caller, path.agentId, path.version, query.from),
    'POST /v1/agents/{agentId}/versions/{version}/restore': ({ caller, path, body }) =>
      restoreAgent(deps, caller, path.agentId, path.version, body.currentVersion),
    'GET /v1/agents/{agentId}/prompt': ({ caller, path }) => previewPrompt(deps, caller, path.agentId),
  };
}
