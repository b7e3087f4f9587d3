import * as z from 'zod';
import { ThreadId, WorkspaceId } from './ids.ts';
import { cursor, limit, page, type Route } from './route.ts';
import { UsageBy, UsageRow, UsageTotals } from './usage.ts';

/** Days in UTC, both included; without them the month that is under way. */
export const UsageQuery = z.strictObject({
  by: UsageBy.default('day'),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  cursor,
  limit,
});
export type UsageQuery = z.infer<typeof UsageQuery>;

export const usageRoutes = {
  'GET /v1/workspaces/{workspaceId}/usage': {
    access: 'user',
    path: z.strictObject({ workspaceId: WorkspaceId }),
    query: UsageQuery,
    status: 200,
    reply: page(UsageRow).extend({ from: z.iso.date(), to: z.iso.date() }),
  },
  'GET /v1/threads/{threadId}/usage': {
    access: 'user',
    path: z.strictObject({ threadId: ThreadId }),
    status: 200,
    reply: UsageTotals,
  },
} as const satisfies Record<string, Route>;
