import { projectTrouble } from '../errors.ts';
import type { WorkspaceId } from '../protocol/ids.ts';

/** What a Supabase project says of itself. */
export interface ProjectState {
  /** The workspace whose content it holds; null for a project that has not been made ready for one. */
  readonly workspaceId: string | null;
  /** The migrations that it has. */
  readonly versions: readonly string[];
}

/** The migrations that the platform's database has and a project has not. One that is ahead of the platform lacks none. */
export const missingVersions = (platform: readonly string[], project: readonly string[]): string[] =>
  platform.filter((version) => !project.includes(version));

/** Errors: `project_unusable` for a project that is not this workspace's, or older than the platform. */
export function assertUsable(
  workspaceId: WorkspaceId,
  platformVersions: readonly string[],
  project: ProjectState | null,
): void {
  const command = `npm run project:migrate -- --workspace ${workspaceId} --database-url …`;
  if (!project || project.workspaceId === null)
    throw projectTrouble(
      'project_unusable',
      `The Supabase project has not been made ready for this workspace. Run: ${command}`,
    );
  if (project.workspaceId !== workspaceId)
    throw projectTrouble('project_unusable', 'The Supabase project belongs to another workspace.');
  const missing = missingVersions(platformVersions, project.versions);
  if (missing.length > 0)
    throw projectTrouble(
      'project_unusable',
      `The Supabase project lacks ${missing.length} of the platform's migrations, the first is ${missing[0]}. Run: ${command}`,
    );
}
