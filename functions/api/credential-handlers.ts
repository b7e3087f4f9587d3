import type { credentialRoutes } from '#core/protocol/credential-routes.ts';
import {
  type CredentialDeps,
  listCredentials,
  putCredential,
  removeCredential,
  validateCredential,
} from '#core/use-cases/credentials.ts';
import { type ListModelsDeps, listModels } from '#core/use-cases/list-models.ts';
import type { RouteHandlers } from './router.ts';

/** The routes of keys, and of the models that they open. */
export function createCredentialHandlers(
  deps: CredentialDeps & ListModelsDeps,
): Pick<RouteHandlers, keyof typeof credentialRoutes> {
  return {
    'GET /v1/credentials': async ({ caller, query }) => ({
      data: await listCredentials(deps, caller, query.workspaceId),
    }),
    'POST /v1/credentials': ({ caller, body }) => putCredential(deps, caller, body),
    'POST /v1/credentials/{credentialId}/validate': ({ caller, path }) =>
      validateCredential(deps, caller, path.credentialId),
    'DELETE /v1/credentials/{credentialId}': async ({ caller, path }) => {
      await removeCredential(deps, caller, path.credentialId);
      return undefined;
    },
    'GET /v1/models': async ({ caller, query }) => ({ data: await listModels(deps, caller, query.workspaceId) }),
  };
}
