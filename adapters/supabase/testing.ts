// What the tests over a real database share.
import { createMemoryVault } from '#adapters/memory/memory-vault.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import { type ProjectKeys, secretOf } from '#core/ports/own-project-store.ts';
import { newId } from '#core/ports/samples.contract.ts';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import { createOwnProjects, type OwnProjects } from './own-projects.ts';
import type { RestProject } from './postgrest.ts';
import { createSupabaseOwnProjectStore } from './supabase-own-project-store.ts';

/** The projects of the workspaces of a platform whose vault hides nothing. */
export const ownProjectsOf = (project: RestProject): OwnProjects =>
  createOwnProjects({ project, vault: createMemoryVault(), fetch });

/** Makes a project that of a workspace, as an owner of it. */
export async function setProject(
  platform: RestProject,
  access: DataAccess,
  workspaceId: WorkspaceId,
  { url, publishableKey, jwtSecret }: ProjectKeys,
): Promise<void> {
  const id = newId('crd');
  const context = { workspaceId, credentialId: id, provider: 'supabase_project', userId: null, baseUrl: url } as const;
  const sealed = await createMemoryVault().seal(secretOf({ url, publishableKey, jwtSecret }), context);
  const validatedAt = new Date().toISOString();
  const project = { id, workspaceId, url, lastFour: jwtSecret.slice(-4), validatedAt, isCopy: false };
  const store = createSupabaseOwnProjectStore(platform, ownProjectsOf(platform), fetch);
  const outcome = await store.put(access, project, sealed);
  if (outcome !== 'ok') throw new Error(`the project was not set: ${outcome}`);
}
