import type { guidanceRoutes } from '#core/protocol/guidance-routes.ts';
import {
  addRule,
  addSkill,
  assignSkills,
  changeRule,
  changeSkill,
  findSkill,
  type GuidanceDeps,
  readMemory,
  removeMemory,
  removeRule,
  removeSkill,
  writeMemory,
} from '#core/use-cases/guidance.ts';
import type { RouteHandlers } from './router.ts';

export function createGuidanceHandlers(deps: GuidanceDeps): Pick<RouteHandlers, keyof typeof guidanceRoutes> {
  const { rules, skills, memories, minter } = deps;
  return {
    'GET /v1/rules': async ({ caller, query }) => rules.list(await minter.forUser(caller), query),
    'POST /v1/rules': ({ caller, body }) => addRule(deps, caller, body),
    'PATCH /v1/rules/{ruleId}': ({ caller, path, body }) => changeRule(deps, caller, path.ruleId, body),
    'DELETE /v1/rules/{ruleId}': async ({ caller, path }) => {
      await removeRule(deps, caller, path.ruleId);
      return undefined;
    },
    'GET /v1/skills': async ({ caller, query }) => skills.list(await minter.forUser(caller), query),
    'POST /v1/skills': ({ caller, body }) => addSkill(deps, caller, body),
    'GET /v1/skills/{skillId}': ({ caller, path }) => findSkill(deps, caller, path.skillId),
    'PATCH /v1/skills/{skillId}': ({ caller, path, body }) => changeSkill(deps, caller, path.skillId, body),
    'DELETE /v1/skills/{skillId}': async ({ caller, path }) => {
      await removeSkill(deps, caller, path.skillId);
      return undefined;
    },
    'PATCH /v1/agents/{agentId}/skills': ({ caller, path, body }) =>
      assignSkills(deps, caller, path.agentId, body.skillIds),
    'GET /v1/agents/{agentId}/memories': async ({ caller, path, query }) =>
      memories.list(await minter.forUser(caller), path.agentId, query),
    'GET /v1/agents/{agentId}/memories/search': async ({ caller, path, query }) => ({
      data: await memories.search(await minter.forUser(caller), path.agentId, query.search, query.limit),
    }),
    'GET /v1/agents/{agentId}/memory': ({ caller, path, query }) => readMemory(deps, caller, path.agentId, query.path),
    'PATCH /v1/agents/{agentId}/memory': ({ caller, path, body }) => writeMemory(deps, caller, path.agentId, body),
    'DELETE /v1/agents/{agentId}/memory': async ({ caller, path, query }) => {
      await removeMemory(deps, caller, path.agentId, query.path);
      return undefined;
    },
  };
}
