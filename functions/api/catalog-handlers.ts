import type { catalogRoutes } from '#core/protocol/catalog-routes.ts';
import {
  addCatalogAgent,
  type CatalogDeps,
  findCatalogAgent,
  hireAgent,
  moveCatalogAgent,
  moveVersion,
  saveDraft,
} from '#core/use-cases/catalog.ts';
import type { RouteHandlers } from './router.ts';

export function createCatalogHandlers(deps: CatalogDeps): Pick<RouteHandlers, keyof typeof catalogRoutes> {
  const { catalog, minter } = deps;
  return {
    'GET /v1/catalog/departments': async ({ caller }) => ({
      data: await catalog.departments(await minter.forUser(caller)),
    }),
    'GET /v1/catalog/agents': async ({ caller, query }) => catalog.list(await minter.forUser(caller), query),
    'GET /v1/catalog/managed': async ({ caller, query }) => catalog.listManaged(await minter.forUser(caller), query),
    'POST /v1/catalog/agents': ({ caller, body }) => addCatalogAgent(deps, caller, body),
    'GET /v1/catalog/agents/{catalogAgentId}': ({ caller, path }) =>
      findCatalogAgent(deps, caller, path.catalogAgentId),
    'PATCH /v1/catalog/agents/{catalogAgentId}': ({ caller, path, body }) =>
      moveCatalogAgent(deps, caller, path.catalogAgentId, body),
    'POST /v1/catalog/agents/{catalogAgentId}/hire': ({ caller, path, body }) =>
      hireAgent(deps, caller, path.catalogAgentId, body),
    'POST /v1/catalog/agents/{catalogAgentId}/draft': ({ caller, path, body }) =>
      saveDraft(deps, caller, path.catalogAgentId, body),
    'POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/publish': ({ caller, path }) =>
      moveVersion(deps, caller, path, 'published'),
    'POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/retire': ({ caller, path }) =>
      moveVersion(deps, caller, path, 'retired'),
  };
}
