import type { Agent } from '../protocol/agent.ts';
import type {
  CatalogAgent,
  CatalogContent,
  CatalogStatus,
  Department,
  ManagedCatalogAgent,
  ManagedCatalogEntry,
} from '../protocol/catalog.ts';
import type { AgentId, CatalogAgentId, WorkspaceId } from '../protocol/ids.ts';
import type { Page, PageRequest } from './agent-store.ts';
import type { DataAccess } from './identity.ts';

export interface CatalogQuery extends PageRequest {
  /** Whose hires are told. */
  readonly workspaceId?: WorkspaceId | undefined;
  readonly search?: string | undefined;
  readonly department?: string | undefined;
  readonly hiredOnly: boolean;
}

export type Hired =
  | { readonly outcome: 'hired' | 'rehired' | 'already_hired'; readonly agent: Agent }
  | { readonly outcome: 'not_found' };

/**
 * The global catalog. Everybody who is signed in reads what is published. Only platform admins write: `forbidden` for the
 * others. Other errors: `unavailable`, `token_expired`, `unauthenticated`, `invalid_request` for a cursor that is none.
 */
export interface CatalogStore {
  departments(access: DataAccess): Promise<Department[]>;
  /** By department, heads first. */
  list(access: DataAccess, query: CatalogQuery): Promise<Page<CatalogAgent>>;
  /** Everything in whatever state, in the same order. Errors: `forbidden` for all but platform admins. */
  listManaged(
    access: DataAccess,
    query: PageRequest & { readonly search?: string | undefined },
  ): Promise<Page<ManagedCatalogEntry>>;
  /** With the versions that the caller may see. */
  get(access: DataAccess, catalogAgentId: CatalogAgentId): Promise<ManagedCatalogAgent | null>;
  /**
   * Copies what is published into a workspace under `agentId`, or brings back whoever was dismissed there. Of several at the
   * same time one hires. Errors: `forbidden` for members.
   */
  hire(access: DataAccess, workspaceId: WorkspaceId, catalogAgentId: CatalogAgentId, agentId: AgentId): Promise<Hired>;
  /** With a first draft. Errors: `conflict` for a slug that is taken or a department that there is not. */
  add(
    access: DataAccess,
    agent: { id: CatalogAgentId; slug: string; department: string; isHead: boolean },
    content: CatalogContent,
  ): Promise<void>;
  /** Errors: `conflict` for a department that there is not. */
  move(
    access: DataAccess,
    catalogAgentId: CatalogAgentId,
    place: { department?: string | undefined; isHead?: boolean | undefined },
  ): Promise<void>;
  /** Writes the draft, beginning one if there is none; its version. Errors: `not_found`. */
  saveDraft(access: DataAccess, catalogAgentId: CatalogAgentId, content: CatalogContent): Promise<number>;
  /** Publishes a draft, which retires what was published, or retires what is published. `conflict` when the version is in another state. */
  setStatus(
    access: DataAccess,
    catalogAgentId: CatalogAgentId,
    version: number,
    status: Exclude<CatalogStatus, 'draft'>,
  ): Promise<'ok' | 'not_found' | 'conflict'>;
}
