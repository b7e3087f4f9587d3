import * as z from 'zod';
import type { DataAccess } from '#core/ports/identity.ts';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import { dataOf } from './errors.ts';
import { type OpenProject, type OwnProjects, within } from './own-projects.ts';
import { bearer, createPostgrest, type RestProject } from './postgrest.ts';

const ThreadRows = z.looseObject({
  thread: z.looseObject({ id: z.string(), title: z.string().nullable(), checkpoint_seq: z.number() }),
});
const MemoryRows = z.object({ agentId: z.string(), rows: z.array(z.unknown()) });

/** What has been moved, and how many threads changed again and again while they were copied. */
export interface Moved {
  readonly threads: number;
  readonly agents: number;
  readonly left: number;
}

/** A thing that was changed meanwhile is copied again so many times. */
const mostTries = 5;

/**
 * Moves what a workspace had before its project into it: thread by thread, and the memories agent by agent. Each is copied first,
 * and let go in the platform's database only if it is still what was copied; what was deleted meanwhile goes there too. People may go on working; whoever is cut off begins
 * again where it stopped. Errors: `project_unusable`, `project_unavailable`, `unavailable`.
 */
export async function moveIntoProject(
  { project, projects, access }: { project: RestProject; projects: OwnProjects; access: DataAccess },
  workspaceId: WorkspaceId,
): Promise<Moved> {
  const client = createPostgrest(project);
  const there = await projects.open(access, workspaceId);
  const call = async (name: string, args: Record<string, unknown>): Promise<unknown> =>
    dataOf(await client.rpc(name, args).setHeader(...bearer(access)));

  async function moveThread(after: string | null): Promise<{ id: string; moved: boolean | null } | null> {
    for (let tries = 1; ; tries += 1) {
      const found = ThreadRows.nullable().parse(
        await call('thread_to_move', { p_workspace_id: workspaceId, p_after: after }),
      );
      if (!found) return null;
      await take(there, 'take_thread', { p_moved: found });
      const { id, title, checkpoint_seq } = found.thread;
      const asked = { p_thread_id: id, p_checkpoint_seq: checkpoint_seq, p_title: title };
      const moved = z
        .boolean()
        .nullable()
        .parse(await call('thread_was_moved', asked));
      if (moved === null) await take(there, 'drop_thread', { p_thread_id: id });
      if (moved !== false || tries === mostTries) return { id, moved };
    }
  }

  let threads = 0;
  let left = 0;
  for (let done = await moveThread(null); done; done = await moveThread(done.id)) {
    if (done.moved) threads += 1;
    else if (done.moved === false) left += 1;
  }
  let agents = 0;
  for (let tries = 0; tries < mostTries; ) {
    const found = MemoryRows.nullable().parse(await call('memories_to_move', { p_workspace_id: workspaceId }));
    if (!found) return { threads, agents, left };
    await take(there, 'take_memories', { p_rows: found.rows });
    const asked = { p_agent_id: found.agentId, p_rows: found.rows };
    const moved = z
      .boolean()
      .nullable()
      .parse(await call('memories_were_moved', asked));
    if (moved === null) await take(there, 'drop_memories', { p_rows: found.rows });
    tries = moved === false ? tries + 1 : 0;
    if (moved) agents += 1;
  }
  return { threads, agents, left: left + 1 };
}

const take = ({ rest, access }: OpenProject, name: string, args: Record<string, unknown>): Promise<unknown> =>
  within(async () =>
    dataOf(
      await createPostgrest(rest)
        .rpc(name, args)
        .setHeader(...bearer(access)),
    ),
  );
