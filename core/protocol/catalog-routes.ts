import * as z from 'zod';
import { Agent } from './agent.ts';
import { search } from './agent-routes.ts';
import {
  CatalogAgent,
  CatalogDraft,
  CatalogSlug,
  CatalogVersion,
  Department,
  ManagedCatalogAgent,
  ManagedCatalogEntry,
} from './catalog.ts';
import { CatalogAgentId, ClientRequestId, WorkspaceId } from './ids.ts';
import { cursor, limit, page, type Route } from './route.ts';

const catalogAgent = z.strictObject({ catalogAgentId: CatalogAgentId });
const version = catalogAgent.extend({ version: z.coerce.number().int().positive().max(2_147_483_647) });
const department = z.string().min(1).max(80);

/** The global catalog. What is published is for everybody who is signed in; the routes that write are for platform admins. */
export const catalogRoutes = {
  'GET /v1/catalog/departments': { access: 'user', status: 200, reply: z.object({ data: z.array(Department) }) },
  /** By department, heads first. With `workspaceId` each says whether it is hired there. */
  'GET /v1/catalog/agents': {
    access: 'user',
    query: z.strictObject({
      workspaceId: WorkspaceId.optional(),
      search,
      department: department.optional(),
      hiredOnly: z.stringbool().default(false),
      cursor,
      limit,
    }),
    status: 200,
    reply: page(CatalogAgent),
  },
  /** Everything, drafts and what was retired too, by department, heads first. */
  'GET /v1/catalog/managed': {
    access: 'person',
    query: z.strictObject({ search, cursor, limit }),
    status: 200,
    reply: page(ManagedCatalogEntry),
  },
  'POST /v1/catalog/agents': {
    access: 'person',
    body: z.strictObject({
      slug: CatalogSlug,
      department,
      isHead: z.boolean().default(false),
      content: CatalogDraft,
      clientRequestId: ClientRequestId.optional(),
    }),
    status: 201,
    reply: ManagedCatalogAgent,
  },
  'GET /v1/catalog/agents/{catalogAgentId}': {
    access: 'person',
    path: catalogAgent,
    status: 200,
    reply: ManagedCatalogAgent,
  },
  'PATCH /v1/catalog/agents/{catalogAgentId}': {
    access: 'person',
    path: catalogAgent,
    body: z.strictObject({ department: department.optional(), isHead: z.boolean().optional() }),
    status: 200,
    reply: ManagedCatalogAgent,
  },
  /** Copies the agent into the workspace, or rehires the one that was dismissed there; `conflict` while it works there. */
  'POST /v1/catalog/agents/{catalogAgentId}/hire': {
    access: 'user',
    path: catalogAgent,
    body: z.strictObject({ workspaceId: WorkspaceId, clientRequestId: ClientRequestId.optional() }),
    status: 201,
    reply: Agent,
  },
  /** Writes the draft, and begins one if there is none. */
  'POST /v1/catalog/agents/{catalogAgentId}/draft': {
    access: 'person',
    path: catalogAgent,
    body: CatalogDraft,
    status: 200,
    reply: CatalogVersion,
  },
  /** Publishes the draft; what was published before is retired. */
  'POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/publish': {
    access: 'person',
    path: version,
    status: 200,
    reply: CatalogVersion,
  },
  /** Nobody can hire it any more; whoever did keeps their copy. */
  'POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/retire': {
    access: 'person',
    path: version,
    status: 200,
    reply: CatalogVersion,
  },
} as const satisfies Record<string, Route>;
