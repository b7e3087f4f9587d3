import { pageAfter } from '#core/domain/paging.ts';
import type { workspaceRoutes } from '#core/protocol/workspace-routes.ts';
import { createApiKey, listApiKeys, revokeApiKey } from '#core/use-cases/api-keys.ts';
import { invite, listInvitations, revokeInvitation } from '#core/use-cases/invitations.ts';
import {
  changeRole,
  createWorkspace,
  deleteWorkspace,
  exportWorkspace,
  listMembers,
  readAuditLog,
  readWorkspace,
  removeMember,
  renameWorkspace,
  transferOwnership,
} from '#core/use-cases/workspaces.ts';
import type { ApiDeps } from './handlers.ts';
import type { RouteHandlers } from './router.ts';

/** The routes of workspaces, their members, invitations and keys. */
export function createWorkspaceHandlers(deps: ApiDeps): Pick<RouteHandlers, keyof typeof workspaceRoutes> {
  const { store, minter } = deps;
  return {
    'GET /v1/workspaces': async ({ caller, query }) =>
      pageAfter(await store.workspaces(await minter.forUser(caller), caller.userId), ({ id }) => id, query),
    'POST /v1/workspaces': ({ caller, body }) => createWorkspace(deps, caller, body),
    'GET /v1/workspaces/{workspaceId}': ({ caller, path }) => readWorkspace(deps, caller, path.workspaceId),
    'PATCH /v1/workspaces/{workspaceId}': ({ caller, path, body }) =>
      renameWorkspace(deps, caller, path.workspaceId, body.name),
    'POST /v1/workspaces/{workspaceId}/delete': async ({ caller, path, body }) => {
      await deleteWorkspace(deps, caller, path.workspaceId, body);
      return undefined;
    },
    'GET /v1/workspaces/{workspaceId}/export': ({ caller, path, query }) =>
      exportWorkspace(deps, caller, path.workspaceId, query.cursor),

    'GET /v1/workspaces/{workspaceId}/members': ({ caller, path, query }) =>
      listMembers(deps, caller, path.workspaceId, query),
    'PATCH /v1/workspaces/{workspaceId}/members/{userId}': async ({ caller, path, body }) => {
      await changeRole(deps, caller, path, body.role);
      return undefined;
    },
    'DELETE /v1/workspaces/{workspaceId}/members/{userId}': async ({ caller, path }) => {
      await removeMember(deps, caller, path);
      return undefined;
    },
    'POST /v1/workspaces/{workspaceId}/ownership': ({ caller, path, body }) =>
      transferOwnership(deps, caller, path.workspaceId, body.userId),

    'GET /v1/workspaces/{workspaceId}/invitations': ({ caller, path, query }) =>
      listInvitations(deps, caller, path.workspaceId, query),
    'POST /v1/workspaces/{workspaceId}/invitations': ({ caller, path, body }) =>
      invite(deps, caller, path.workspaceId, body),
    'DELETE /v1/workspaces/{workspaceId}/invitations/{invitationId}': async ({ caller, path }) => {
      await revokeInvitation(deps, caller, path);
      return undefined;
    },

    'GET /v1/workspaces/{workspaceId}/api-keys': ({ caller, path, query }) =>
      listApiKeys(deps, caller, path.workspaceId, query),
    'POST /v1/workspaces/{workspaceId}/api-keys': ({ caller, path, body }) =>
      createApiKey(deps, caller, path.workspaceId, body),
    'DELETE /v1/workspaces/{workspaceId}/api-keys/{apiKeyId}': async ({ caller, path }) => {
      await revokeApiKey(deps, caller, path);
      return undefined;
    },

    'GET /v1/workspaces/{workspaceId}/audit': ({ caller, path, query }) =>
      readAuditLog(deps, caller, path.workspaceId, query),
  };
}
