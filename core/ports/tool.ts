import type * as z from 'zod';
import type { AgentId, RunId, ThreadId, UserId, WorkspaceId } from '../protocol/ids.ts';
import type { ToolPolicy } from '../protocol/tool-policy.ts';
import type { DataAccess } from './identity.ts';

/** For whom and in which run a tool works. Nothing of it comes from the model. */
export interface RunContext {
  readonly workspaceId: WorkspaceId;
  readonly userId: UserId;
  readonly isAnonymous: boolean;
  readonly runId: RunId;
  readonly threadId: ThreadId;
  /** For log lines: the request that began the run, and which attempt at it this is. */
  readonly requestId: string;
  readonly attempt: number;
  /** Acts as the user of the run; asked for at each use, so that it has not run out. */
  readonly access: () => Promise<DataAccess>;
}

export interface ToolContext extends RunContext {
  readonly agentId: AgentId;
  /** Names this call for good: the same in every attempt. An idempotent tool gives it to whomever it calls as the idempotency key. */
  readonly callId: string;
  /** The call is not wanted any more. */
  readonly signal: AbortSignal;
}

interface ToolDescription {
  /** snake_case; what the model calls and the tool card shows. */
  readonly name: string;
  /** For the model: what it does and when to use it. */
  readonly description: string;
  /** The arguments. Every field is required (nullable ones may be null), as strict function calling asks for. */
  readonly parameters: z.ZodObject;
  /** Whether a person is asked first, where the agent says nothing of its own. Without one nobody is asked. */
  readonly policy?: ToolPolicy;
}

/** A tool that the worker carries out. */
export interface ServerTool extends ToolDescription {
  readonly kind: 'server';
  /** A call that was cut off may be made again under the same `callId` without a second effect. If not, a person is asked what became of it. */
  readonly idempotent: boolean;
  /** Gives the result as text for the model. Throws an Error whose message the model may read. Must stop when the signal says so. */
  execute(args: unknown, context: ToolContext): Promise<string>;
}

/** A tool that a client of the user carries out while the run waits. */
export interface ClientTool extends ToolDescription {
  readonly kind: 'client';
  /** How long the run waits for a client. */
  readonly expiresInSeconds: number;
}

/** Something that an agent can do. */
export type Tool = ServerTool | ClientTool;
