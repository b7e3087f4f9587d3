import * as z from 'zod';
import { WorkspaceId } from './ids.ts';
import { NewOwnProject, OwnProject } from './own-project.ts';
import type { Route } from './route.ts';

const path = z.strictObject({ workspaceId: WorkspaceId });

/** The Supabase project in which a workspace keeps its threads and memories. */
export const ownProjectRoutes = {
  /** Asks the project how it is. */
  'GET /v1/workspaces/{workspaceId}/project': {
    access: 'user',
    path,
    status: 200,
    reply: z.object({ project: OwnProject.nullable() }),
  },
  /** Replaces the one that is set, so sending it twice has one effect. */
  'POST /v1/workspaces/{workspaceId}/project': {
    access: 'user',
    path,
    body: NewOwnProject,
    status: 201,
    reply: OwnProject,
  },
  /** With `abandon` also when threads lie there: they are deleted here, and what they held stays in the project. */
  'DELETE /v1/workspaces/{workspaceId}/project': {
    access: 'user',
    path,
    query: z.strictObject({ abandon: z.stringbool().default(false) }),
    status: 204,
    reply: z.undefined(),
  },
} as const satisfies Record<string, Route>;
