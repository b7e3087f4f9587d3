import { decodeJwt, SignJWT } from 'jose';
import * as z from 'zod';
import { createLruCache } from '#core/domain/lru-cache.ts';
import { assertUsable } from '#core/domain/own-project.ts';
import { PlatformError, projectTrouble } from '#core/errors.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { SecretContext, Vault } from '#core/ports/vault.ts';
import { CredentialId, WorkspaceId } from '#core/protocol/ids.ts';
import { Role } from '#core/protocol/workspace.ts';
import { dataOf, errorCode, errorDetail } from './errors.ts';
import { bearer, createPostgrest, type RestProject } from './postgrest.ts';
import { ownProject, SealedSecret } from './supabase-credential-store.ts';
import { audience, issuerOf } from './token-verifier.ts';

/** What is sealed of a project. */
export const ProjectSecret = z.object({ publishableKey: z.string().min(1), jwtSecret: z.string().min(32) });
export type ProjectSecret = z.infer<typeof ProjectSecret>;

/** A workspace's own project, and the caller's access there. */
export interface OpenProject {
  readonly workspaceId: WorkspaceId;
  readonly rest: RestProject;
  readonly access: DataAccess;
}

/**
 * The projects that workspaces bring. Each is opened anew whenever something is to be done there: the platform's database is asked
 * as the caller whether they belong to the workspace, and for the keys, so that a removed member, a changed key and a removed
 * project count at once. Nothing of one workspace is kept for another.
 */
export interface OwnProjects {
  /**
   * Errors: `project_unusable` when there is none, it is not this workspace's, refuses the platform or lacks migrations;
   * `project_unavailable`; those of the platform's own database.
   */
  open(access: DataAccess, workspaceId: WorkspaceId): Promise<OpenProject>;
  /** The same, or null for a workspace without one. */
  find(access: DataAccess, workspaceId: WorkspaceId): Promise<OpenProject | null>;
  /** Asks the project again how it is, also when it was whole before. Errors as of `open`. */
  check(access: DataAccess, workspaceId: WorkspaceId): Promise<void>;
}

const Kept = z.object({
  credentialId: CredentialId,
  workspaceId: WorkspaceId,
  userId: z.null(),
  provider: z.literal(ownProject),
  baseUrl: z.string(),
  sealed: SealedSecret,
  versions: z.array(z.string()),
  role: Role.nullable(),
});

const State = z.object({ workspaceId: z.string().nullable(), versions: z.array(z.string()) });

interface Options {
  /** The platform's own. */
  readonly project: RestProject;
  readonly vault: Pick<Vault, 'open'>;
  /** Guards the platform's own network: the addresses are the workspaces'. */
  readonly fetch: typeof fetch;
}

export function createOwnProjects({ project, vault, fetch: ask }: Options): OwnProjects {
  const client = createPostgrest(project);
  /** Which projects were found to be whole, by what they were compared with. The answer can only change by a migration. */
  const checked = createLruCache<string>(mostChecked);

  async function find(
    access: DataAccess,
    workspaceId: WorkspaceId,
    isChecked = (id: CredentialId, wanted: string) => checked.get(id) === wanted,
  ): Promise<OpenProject | null> {
    const answer = await client.rpc('own_project', { p_workspace_id: workspaceId }).setHeader(...bearer(access));
    const kept = Kept.nullable().parse(dataOf(answer));
    if (!kept) return null;
    const secret = ProjectSecret.parse(JSON.parse(await vault.open(kept.sealed, kept satisfies SecretContext)));
    const rest = { url: kept.baseUrl, publishableKey: secret.publishableKey, fetch: ask };
    const opened = {
      workspaceId,
      rest,
      access: await accessThere(access, workspaceId, kept.role, { ...rest, ...secret }),
    };
    const wanted = kept.versions.join();
    if (!isChecked(kept.credentialId, wanted)) {
      assertUsable(workspaceId, kept.versions, await stateOf(opened));
      checked.set(kept.credentialId, wanted);
    }
    return opened;
  }

  const there = (opened: OpenProject | null): OpenProject => {
    if (opened) return opened;
    throw projectTrouble('project_unusable', 'The Supabase project that holds this is not set any more.');
  };
  return {
    find: (access, workspaceId) => find(access, workspaceId),
    open: async (access, workspaceId) => there(await find(access, workspaceId)),
    check: async (access, workspaceId) => void there(await find(access, workspaceId, () => false)),
  };
}

const mostChecked = 10_000;

/** What a project says of itself; null for one without our migrations. Errors: `project_unavailable`, `project_unusable`. */
export const stateOf = ({ rest, access }: Pick<OpenProject, 'rest' | 'access'>) =>
  within(async () => {
    const answer = await createPostgrest(rest)
      .rpc('data_project', {})
      .setHeader(...bearer(access));
    return errorCode(answer) === functionMissing ? null : State.parse(dataOf(answer));
  });

/** PostgREST: there is no such function. */
const functionMissing = 'PGRST202';

/**
 * The caller's access in a workspace's own project: the claims of the platform's access, with who they are in this workspace, signed
 * with that project's secret. It ends when the other one does, and is worth nothing anywhere else.
 */
export async function accessThere(
  { token }: DataAccess,
  workspaceId: WorkspaceId,
  role: Role | null,
  { url, jwtSecret }: { readonly url: string; readonly jwtSecret: string },
): Promise<DataAccess> {
  const { iss: _, exp = 0, ...claims } = decodeJwt(token);
  const minted = new SignJWT({
    ...claims,
    troupe_project_workspace_id: workspaceId,
    ...(role && { troupe_project_role: role }),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(issuerOf(url))
    .setAudience(audience)
    .setExpirationTime(exp);
  return { token: await minted.sign(new TextEncoder().encode(jwtSecret)) };
}

/** Where the platform's database sends whoever asks for what lies in a workspace's own project; null for any other answer. */
export function elsewhereIn(answer: Parameters<typeof errorDetail>[0]): WorkspaceId | null {
  return errorCode(answer) === 'TRP01' ? WorkspaceId.parse(errorDetail(answer)) : null;
}

/** What a workspace's own project fails with, in terms of that setting. What depends on the request stays what it is. */
export async function within<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof PlatformError)) throw projectTrouble('project_unusable', answersWrong, cause);
    switch (cause.code) {
      case 'unavailable':
        throw projectTrouble(
          'project_unavailable',
          'The Supabase project of this workspace did not answer. What is asked for is kept there and nowhere else; try again in a moment.',
          cause,
        );
      case 'unauthenticated':
        throw projectTrouble(
          'project_unusable',
          'The Supabase project of this workspace refuses its keys. An owner can put in new ones.',
          cause,
        );
      case 'internal':
        throw projectTrouble('project_unusable', answersWrong, cause);
      default:
        throw cause;
    }
  }
}

const answersWrong =
  'The Supabase project of this workspace does not answer as one with the migrations of the platform.';
