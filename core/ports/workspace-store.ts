import type { Projection } from '../domain/projection.ts';
import type { Agent } from '../protocol/agent.ts';
import type { AgentId, ItemId, RunId, ThreadId, UserId, WorkspaceId } from '../protocol/ids.ts';
import type { Item } from '../protocol/item.ts';
import type { Run, RunStatus } from '../protocol/run.ts';
import type { RunSummary } from '../protocol/run-routes.ts';
import type { Thread } from '../protocol/thread.ts';
import type { Workspace } from '../protocol/workspace.ts';
import type { DataAccess } from './identity.ts';

export interface ItemPage {
  /** Oldest first. */
  readonly items: readonly Item[];
  /** The runs of these items and those between them. */
  readonly runs: readonly Run[];
  readonly olderCursor: string | null;
  /** How many items of the page only a later version can read; they are not in it. */
  readonly unreadItems?: number;
}

/** A thread as Postgres has it: the newest page of what has settled, to be completed by the events after `checkpointSeq`. */
export interface StoredThread {
  readonly thread: Thread;
  readonly checkpointSeq: number;
  readonly page: ItemPage;
}

/**
 * What is kept for good, in Postgres. Every call acts as a user: row level security decides what exists for them, and what
 * they may not see is `null` or missing, never an error. Errors: `unavailable`, `conflict`, `token_expired`, `unauthenticated`; and for
 * threads of a workspace with a Supabase project of its own `project_unavailable`, `project_unusable`.
 */
export interface WorkspaceStore {
  profile(access: DataAccess, userId: UserId): Promise<{ name: string | null } | null>;
  workspaces(access: DataAccess, userId: UserId): Promise<Workspace[]>;
  agents(access: DataAccess, workspaceId: WorkspaceId): Promise<Agent[]>;
  agent(access: DataAccess, agentId: AgentId): Promise<Agent | null>;

  /** Newest first; `cursor` is what an earlier page ended with. Errors: `invalid_request` for a cursor that is none. */
  threads(
    access: DataAccess,
    page: { workspaceId: WorkspaceId; cursor?: string | undefined; limit: number },
  ): Promise<{ data: Thread[]; nextCursor: string | null }>;
  thread(access: DataAccess, threadId: ThreadId): Promise<Thread | null>;
  /** Whether there is such a thread for the caller: also when the workspace's own project, which holds it, does not answer. */
  seesThread(access: DataAccess, threadId: ThreadId): Promise<boolean>;
  /** Adds a thread; adding the same id again changes nothing and returns the row that is there. */
  addThread(access: DataAccess, thread: Thread, userId: UserId): Promise<Thread>;
  /** With `onlyIfUntitled` a title that is already there stays. Null when there is no such thread for the caller, or it stayed. */
  renameThread(access: DataAccess, threadId: ThreadId, title: string, onlyIfUntitled?: boolean): Promise<Thread | null>;
  deleteThread(access: DataAccess, threadId: ThreadId): Promise<boolean>;

  /** One request where the store can: the thread with its newest `limit` items. */
  openThread(access: DataAccess, threadId: ThreadId, limit: number): Promise<StoredThread | null>;
  /** Items before `cursor`. Errors: `invalid_request` for a cursor that is none. */
  olderItems(access: DataAccess, threadId: ThreadId, cursor: string | undefined, limit: number): Promise<ItemPage>;
  /** The newest items up to the last one of this run, however far back it stands. Null when there is no such run that has ended, or no such thread for the caller. */
  itemsUpTo(access: DataAccess, threadId: ThreadId, runId: RunId, limit: number): Promise<ItemPage | null>;
  /** The items of a thread with these ids, in any order; what is not there, or only a later version can read, is missing. */
  items(access: DataAccess, threadId: ThreadId, ids: readonly ItemId[]): Promise<Item[]>;
  /** A run of the thread that has ended, if the caller can see the thread. */
  run(access: DataAccess, threadId: ThreadId, runId: RunId): Promise<Run | null>;
  /** Runs of a workspace that have ended, newest first: the caller's own, for owners and admins everybody's. Errors: `invalid_request` for a cursor that is none. */
  runs(
    access: DataAccess,
    page: {
      workspaceId: WorkspaceId;
      statuses: readonly RunStatus[];
      cursor?: string | undefined;
      limit: number;
    },
  ): Promise<{ data: RunSummary[]; nextCursor: string | null }>;
  /** Writes what has settled, in one transaction; again is no error. `gone` when the thread has been deleted. Needs `forThread` access. */
  project(access: DataAccess, threadId: ThreadId, projection: Projection): Promise<'written' | 'gone'>;

  /** Whether the store answers at all. */
  ping(): Promise<boolean>;
}
