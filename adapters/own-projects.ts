import type { VaultEnv } from '#core/env.ts';
import type { OwnProjectStore } from '#core/ports/own-project-store.ts';
import { lazyVault } from './credentials.ts';
import { createGuardedFetch } from './models/guarded-fetch.ts';
import { createLimitedFetch } from './supabase/limited-fetch.ts';
import { createOwnProjects, type OwnProjects } from './supabase/own-projects.ts';
import type { RestProject } from './supabase/postgrest.ts';
import { createSupabaseOwnProjectStore } from './supabase/supabase-own-project-store.ts';

/** The Supabase projects that workspaces bring, and their settings, for a process that knows the vault. Throws when its environment names none. */
export function createProjectParts(
  env: VaultEnv,
  project: RestProject,
): { readonly projects: OwnProjects; readonly ownProjects: OwnProjectStore } {
  const ask = createLimitedFetch(createGuardedFetch({ allowPrivate: env.ALLOW_PRIVATE_MODEL_SERVERS }));
  const projects = createOwnProjects({ project, vault: lazyVault(env), fetch: ask });
  return { projects, ownProjects: createSupabaseOwnProjectStore(project, projects, ask) };
}
