import type { ownProjectRoutes } from '#core/protocol/own-project-routes.ts';
import { type OwnProjectDeps, putOwnProject, readOwnProject, removeOwnProject } from '#core/use-cases/own-project.ts';
import type { RouteHandlers } from './router.ts';

/** The routes of a workspace's own Supabase project. */
export function createOwnProjectHandlers(deps: OwnProjectDeps): Pick<RouteHandlers, keyof typeof ownProjectRoutes> {
  return {
    'GET /v1/workspaces/{workspaceId}/project': async ({ caller, path }) => ({
      project: await readOwnProject(deps, caller, path.workspaceId),
    }),
    'POST /v1/workspaces/{workspaceId}/project': ({ caller, path, body }) =>
      putOwnProject(deps, caller, path.workspaceId, body),
    'DELETE /v1/workspaces/{workspaceId}/project': async ({ caller, path, query }) => {
      await removeOwnProject(deps, caller, path.workspaceId, query.abandon);
      return undefined;
    },
  };
}
