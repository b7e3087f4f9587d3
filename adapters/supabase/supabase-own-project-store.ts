import * as z from 'zod';
import { assertUsable } from '#core/domain/own-project.ts';
import { isProjectTrouble, PlatformError } from '#core/errors.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { OwnProjectStore } from '#core/ports/own-project-store.ts';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import type { OwnProjectState } from '#core/protocol/own-project.ts';
import { dataOf } from './errors.ts';
import { accessThere, type OwnProjects, stateOf } from './own-projects.ts';
import { bearer, createPostgrest, type RestProject } from './postgrest.ts';
import { ownProject } from './supabase-credential-store.ts';

const Outcome = z.enum(['ok', 'in_use', 'forbidden', 'not_found']);
const Time = z.string().transform((text) => new Date(text).toISOString());
const Setting = z.object({
  base_url: z.string(),
  last_four: z.string().nullable(),
  validated_at: Time,
  last_used_at: Time.nullable(),
});
const Places = z.object({
  threadsThere: z.number(),
  threadsToMove: z.number(),
  agentsToMove: z.number(),
  versions: z.array(z.string()),
});

/** `ask` calls the projects themselves, whose addresses are the workspaces'. */
export function createSupabaseOwnProjectStore(
  project: RestProject,
  projects: OwnProjects,
  ask: typeof fetch,
): OwnProjectStore {
  const client = createPostgrest(project);

  async function call(access: DataAccess, name: string, args: Record<string, unknown>): Promise<unknown> {
    return dataOf(await client.rpc(name, args).setHeader(...bearer(access)));
  }
  const places = async (access: DataAccess, workspaceId: WorkspaceId) =>
    Places.nullable().parse(await call(access, 'own_project_places', { p_workspace_id: workspaceId }));

  return {
    async find(access, workspaceId) {
      const answer = await client
        .from('credentials')
        .select('base_url, last_four, validated_at, last_used_at')
        .eq('workspace_id', workspaceId)
        .eq('provider', ownProject)
        .maybeSingle()
        .setHeader(...bearer(access));
      const setting = Setting.nullable().parse(dataOf(answer));
      const found = setting && (await places(access, workspaceId));
      if (!found) return null;
      const { versions: _, ...counts } = found;
      return {
        workspaceId,
        url: setting.base_url,
        lastFour: setting.last_four,
        validatedAt: setting.validated_at,
        lastUsedAt: setting.last_used_at,
        ...counts,
      };
    },

    async check(access, workspaceId): Promise<OwnProjectState> {
      try {
        await projects.check(access, workspaceId);
        return { status: 'ready' };
      } catch (error) {
        const trouble = troubleOf(error);
        if (!trouble) throw error;
        return trouble;
      }
    },

    async probe(access, workspaceId, { url, publishableKey, jwtSecret }) {
      const found = await places(access, workspaceId);
      if (!found) throw new PlatformError('forbidden', 'You may not do this.');
      const rest = { url, publishableKey, fetch: ask };
      const there = await accessThere(access, workspaceId, 'admin', { url, jwtSecret });
      assertUsable(workspaceId, found.versions, await stateOf({ rest, access: there }));
    },

    async put(access, { id, workspaceId, url, lastFour, validatedAt, isCopy }, sealed) {
      const given = {
        p_id: id,
        p_workspace_id: workspaceId,
        p_url: url,
        p_last_four: lastFour,
        p_validated_at: validatedAt,
        p_sealed: sealed,
        p_is_copy: isCopy,
      };
      return Outcome.parse(await call(access, 'put_own_project', given));
    },

    remove: async (access, workspaceId, abandon) =>
      Outcome.parse(await call(access, 'remove_own_project', { p_workspace_id: workspaceId, p_abandon: abandon })),
  };
}

function troubleOf(error: unknown): Extract<OwnProjectState, { status: 'trouble' }> | null {
  return isProjectTrouble(error) ? { status: 'trouble', code: error.code, message: error.message } : null;
}
