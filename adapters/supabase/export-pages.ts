import type { PostgrestClient } from '@supabase/postgrest-js';
import * as z from 'zod';
import type { PageOf } from '#core/ports/directory.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import { ExportedRow } from '#core/protocol/workspace.ts';
import { dataOf } from './errors.ts';
import { type OwnProjects, within } from './own-projects.ts';
import { bearer, createPostgrest, decodeCursor } from './postgrest.ts';
import { encodeCursor } from './rows.ts';

const TablePlace = z.object({ table: z.string().regex(/^[a-z_]{1,63}$/), offset: z.number().int().min(0) });
/** `elsewhere`: in the workspace's own project; `here`: where the platform's rows begin. */
const Place = z.union([
  TablePlace.extend({ elsewhere: z.literal(true).optional() }),
  z.object({ here: z.literal('start') }),
]);
const Page = z.object({ rows: z.array(ExportedRow), next: TablePlace.nullable() });

/**
 * A page of all that a workspace has; null for whoever is not its owner. What lies in its own project comes first, and then the
 * platform's rows, whose end is what deleting asks for.
 */
export async function exportPage(
  { rest, projects }: { rest: PostgrestClient; projects: OwnProjects },
  access: DataAccess,
  workspaceId: WorkspaceId,
  cursor?: string,
): Promise<PageOf<ExportedRow> | null> {
  const given = cursor === undefined ? undefined : decodeCursor(Place, cursor);
  const place = given && 'table' in given ? given : undefined;
  const there = !given || place?.elsewhere ? await projects.find(access, workspaceId) : null;
  if (!there) {
    const page = await read(rest, access, workspaceId, place?.elsewhere ? undefined : place);
    return page && { data: page.rows, nextCursor: page.next && encodeCursor(page.next) };
  }
  // The platform's own word first, whichever page is asked for: it says who may, and its audit log that somebody did.
  if (!(await read(rest, access, workspaceId))) return null;
  const page = await within(() => readFilled(createPostgrest(there.rest), there.access, workspaceId, place));
  if (!page) return null;
  const next = page.next ? { ...page.next, elsewhere: true } : { here: 'start' };
  return { data: page.rows, nextCursor: encodeCursor(next) };
}

async function read(
  rest: PostgrestClient,
  access: DataAccess,
  workspaceId: WorkspaceId,
  place?: z.infer<typeof TablePlace> | null,
): Promise<z.infer<typeof Page> | null> {
  const given = { p_workspace_id: workspaceId, p_table: place?.table ?? null, p_offset: place?.offset ?? 0 };
  return Page.nullable().parse(dataOf(await rest.rpc('export_workspace', given).setHeader(...bearer(access))));
}

/** Most tables of a project are empty: they are not worth a page each. */
async function readFilled(
  ...[rest, access, workspaceId, place]: Parameters<typeof read>
): Promise<z.infer<typeof Page> | null> {
  let page = await read(rest, access, workspaceId, place);
  while (page?.next && page.rows.length === 0) page = await read(rest, access, workspaceId, page.next);
  return page;
}
