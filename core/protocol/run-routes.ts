import * as z from 'zod';
import { ApprovalDecision, ApprovalKind } from './approval.ts';
import { RunErrorCode } from './errors.ts';
import { AgentId, ApprovalId, ItemId, RunId, ThreadId, Timestamp, UserId, WorkspaceId } from './ids.ts';
import { cursor, limit, page, type Route } from './route.ts';
import { RunStatus, Usage } from './run.ts';
import { ClientToolOutput } from './socket.ts';
import { Decider } from './tool-policy.ts';

/** Something that a person has to decide. `call.arguments` is cut to 2 KB. */
export const PendingApproval = z.object({
  id: ApprovalId,
  runId: RunId,
  /** Null for an admin: threads are private to their owner. */
  threadId: ThreadId.nullable(),
  agentId: AgentId,
  kind: ApprovalKind,
  /** Whose run it is. */
  userId: UserId,
  call: z.object({ name: z.string(), arguments: z.string() }).optional(),
  message: z.string(),
  decider: Decider,
  /** Whether the caller may decide it. */
  mayDecide: z.boolean(),
  requestedAt: Timestamp,
  expiresAt: Timestamp,
});
export type PendingApproval = z.infer<typeof PendingApproval>;

/** A run without what was said in it. */
export const RunSummary = z.object({
  id: RunId,
  workspaceId: WorkspaceId,
  /** Null for an admin: threads are private to their owner. */
  threadId: ThreadId.nullable(),
  agentId: AgentId,
  userId: UserId,
  status: RunStatus,
  attempt: z.number().int().nonnegative(),
  createdAt: Timestamp,
  /** When anything happened to it last; null when that is not known any more. */
  lastEventAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  /** How long workers have worked on it, in milliseconds; null when that is not known any more. */
  workedMs: z.number().nonnegative().nullable(),
  usage: Usage.nullable(),
  errorCode: z.union([RunErrorCode, z.string()]).nullable(),
  /** How many answers it waits for. */
  openWaits: z.number().int().nonnegative(),
  /** The tools that were still at work when the run was ended, because they did not stop in time. */
  leftWorking: z.array(z.string()).optional(),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** An agent's whole prompt, as a run was given it. */
export const RunPrompt = z.object({
  /** The run's own agent. */
  agentId: AgentId,
  agents: z.array(
    z.object({
      id: AgentId,
      version: z.number(),
      name: z.string(),
      model: z.string(),
      instructions: z.string(),
      tools: z.array(z.string()),
    }),
  ),
  preparedAt: Timestamp,
});
export type RunPrompt = z.infer<typeof RunPrompt>;

/** A tool that may be used without asking this person again, in their later runs with this agent. */
export const ToolGrant = z.object({
  workspaceId: WorkspaceId,
  userId: UserId,
  agentId: AgentId,
  tool: z.string(),
  /** Who was to decide when it was given: a policy that asks for more than that asks again. */
  decider: Decider.exclude(['other_admin']),
  grantedBy: UserId,
});
export type ToolGrant = z.infer<typeof ToolGrant>;

const run = z.strictObject({ runId: RunId });

export const runRoutes = {
  /** What runs of the workspace wait for: the caller's own, and what an owner or admin may have to decide. */
  'GET /v1/approvals': {
    access: 'user',
    query: z.strictObject({ workspaceId: WorkspaceId, cursor, limit }),
    status: 200,
    reply: page(PendingApproval),
  },
  'POST /v1/runs/{runId}/approvals/{approvalId}': {
    access: 'user',
    scope: 'run',
    path: z.strictObject({ runId: RunId, approvalId: ApprovalId }),
    body: z.strictObject({ resolution: ApprovalDecision }),
    status: 202,
    reply: z.object({ runId: RunId }),
  },
  'POST /v1/runs/{runId}/client-tools/{itemId}': {
    access: 'user',
    scope: 'run',
    path: z.strictObject({ runId: RunId, itemId: ItemId }),
    body: z.strictObject({ result: ClientToolOutput }),
    status: 202,
    reply: z.object({ runId: RunId }),
  },
  /** What is approved for good for the caller, or for owners and admins for somebody else; with an agent and nobody named, for all of them. */
  'GET /v1/tool-grants': {
    access: 'user',
    query: z.strictObject({
      workspaceId: WorkspaceId,
      userId: UserId.optional(),
      agentId: AgentId.optional(),
      cursor,
      limit,
    }),
    status: 200,
    reply: page(ToolGrant),
  },
  'DELETE /v1/tool-grants': {
    access: 'user',
    query: z.strictObject({
      workspaceId: WorkspaceId,
      userId: UserId.optional(),
      agentId: AgentId,
      tool: z.string().min(1).max(200),
    }),
    status: 204,
    reply: z.undefined(),
  },
  /** Members see their own runs, owners and admins all. `live` are those that have not ended, or whose end is yet to be written down. */
  'GET /v1/runs': {
    access: 'user',
    query: z.strictObject({
      workspaceId: WorkspaceId,
      status: z.union([z.enum(['live', 'ended']), RunStatus]).default('live'),
      cursor,
      limit,
    }),
    status: 200,
    reply: page(RunSummary),
  },
  'GET /v1/runs/{runId}': { access: 'user', path: run, status: 200, reply: RunSummary },
  /** Ends a run and answers when it has truly ended: nothing of it works any more. For the owner of its thread, owners and admins. */
  'POST /v1/runs/{runId}/kill': { access: 'user', scope: 'run', path: run, status: 200, reply: RunSummary },
  /** Tries a run again that the platform has given up, from where it got to. For owners and admins; again is the same run. */
  'POST /v1/runs/{runId}/redrive': {
    access: 'user',
    path: run,
    status: 202,
    reply: z.object({ runId: RunId }),
  },
  /** For owners and admins. */
  'GET /v1/runs/{runId}/prompt': { access: 'user', path: run, status: 200, reply: RunPrompt },
  /** The whole of a tool's output, of which its item shows the beginning. */
  'GET /v1/threads/{threadId}/blobs/{blobId}': {
    access: 'user',
    path: z.strictObject({ threadId: ThreadId, blobId: z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/) }),
    status: 200,
    reply: z.object({ text: z.string() }),
  },
} as const satisfies Record<string, Route>;
