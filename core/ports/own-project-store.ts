import type { CredentialId, WorkspaceId } from '../protocol/ids.ts';
import type { OwnProject, OwnProjectState } from '../protocol/own-project.ts';
import type { DataAccess } from './identity.ts';
import type { SealedSecret } from './vault.ts';

/** What a project is reached by. */
export interface ProjectKeys {
  readonly url: string;
  readonly publishableKey: string;
  readonly jwtSecret: string;
}

/**
 * The setting of a workspace's own Supabase project. Every call acts as a user; owners and admins see it, owners change it in person.
 * Errors: `unavailable`, `unauthenticated`, `token_expired`.
 */
export interface OwnProjectStore {
  /** Null when there is none that the caller may see. */
  find(access: DataAccess, workspaceId: WorkspaceId): Promise<Omit<OwnProject, 'state'> | null>;
  /** Opens the project that is set. */
  check(access: DataAccess, workspaceId: WorkspaceId): Promise<OwnProjectState>;
  /** Tries a project before it is kept. Errors: `project_unavailable`, `project_unusable`. */
  probe(access: DataAccess, workspaceId: WorkspaceId, keys: ProjectKeys): Promise<void>;
  /** Keeps it instead of the one that is set. `in_use` when threads lie in that one, at another address, and `isCopy` is not said. */
  put(access: DataAccess, project: NewSetting, sealed: SealedSecret): Promise<ProjectOutcome>;
  /** `in_use` when threads lie there; with `abandon` these are deleted here. */
  remove(access: DataAccess, workspaceId: WorkspaceId, abandon: boolean): Promise<ProjectOutcome>;
}

export type ProjectOutcome = 'ok' | 'in_use' | 'forbidden' | 'not_found';

export interface NewSetting extends Pick<OwnProject, 'workspaceId' | 'url' | 'lastFour' | 'validatedAt'> {
  readonly id: CredentialId;
  readonly isCopy: boolean;
}

/** What of the keys is sealed, as one text. */
export const secretOf = ({ publishableKey, jwtSecret }: ProjectKeys): string =>
  JSON.stringify({ publishableKey, jwtSecret });
