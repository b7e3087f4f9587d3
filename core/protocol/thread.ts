import * as z from 'zod';
import { AgentId, ThreadId, Timestamp, WorkspaceId } from './ids.ts';
import { maxTitleLength } from './limits.ts';
import { storableText } from './text.ts';

export const ThreadTitle = z.string().transform(storableText).pipe(z.string().trim().min(1).max(maxTitleLength));

export const Thread = z.object({
  id: ThreadId,
  workspaceId: WorkspaceId,
  agentId: AgentId,
  /** `null` until the first message names it. */
  title: z.string().nullable(),
  status: z.enum(['active', 'locked', 'closed']),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Thread = z.infer<typeof Thread>;
