import type { runRoutes } from '#core/protocol/run-routes.ts';
import { listApprovals, listRuns, readRun } from '#core/use-cases/fleet.ts';
import { readBlob, readPrompt } from '#core/use-cases/inspect-run.ts';
import { killRun } from '#core/use-cases/kill-run.ts';
import { redriveRun } from '#core/use-cases/redrive-run.ts';
import { answerClientTool, resolveApproval } from '#core/use-cases/resolve-wait.ts';
import { listToolGrants, revokeToolGrant } from '#core/use-cases/tool-grants.ts';
import type { ApiDeps } from './handlers.ts';
import type { RouteHandlers } from './router.ts';

export function createRunHandlers(deps: ApiDeps): Pick<RouteHandlers, keyof typeof runRoutes> {
  return {
    'GET /v1/approvals': ({ caller, query }) => listApprovals(deps, caller, query),
    'POST /v1/runs/{runId}/approvals/{approvalId}': async ({ caller, path, body }) => {
      await resolveApproval(deps, caller, { ...path, decision: body.resolution });
      return { runId: path.runId };
    },
    'POST /v1/runs/{runId}/client-tools/{itemId}': async ({ caller, path, body }) => {
      await answerClientTool(deps, caller, { ...path, ...body });
      return { runId: path.runId };
    },
    'GET /v1/tool-grants': ({ caller, query }) => listToolGrants(deps, caller, query),
    'DELETE /v1/tool-grants': ({ caller, query }) => revokeToolGrant(deps, caller, query),
    'GET /v1/runs': ({ caller, query }) => listRuns(deps, caller, query),
    'GET /v1/runs/{runId}': ({ caller, path }) => readRun(deps, caller, path.runId),
    'POST /v1/runs/{runId}/kill': ({ caller, path }) => killRun(deps, caller, path.runId),
    'POST /v1/runs/{runId}/redrive': ({ caller, path, requestId }) =>
      redriveRun(deps, caller, path.runId, requestId, (id) => deps.limits.run(caller, id)),
    'GET /v1/runs/{runId}/prompt': ({ caller, path }) => readPrompt(deps, caller, path.runId),
    'GET /v1/threads/{threadId}/blobs/{blobId}': ({ caller, path }) => readBlob(deps, caller, path),
  };
}
