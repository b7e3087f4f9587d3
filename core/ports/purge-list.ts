import * as z from 'zod';
import { BudgetId, ThreadId, WorkspaceId } from '../protocol/ids.ts';

/** Something that was deleted from Postgres, of which other stores still hold something. */
export const Purge = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('thread'), subject: ThreadId }),
  z.object({ kind: z.literal('workspace'), subject: WorkspaceId }),
  z.object({ kind: z.literal('budget'), subject: BudgetId }),
]);
export type Purge = z.infer<typeof Purge>;

/**
 * What is to be taken away for good: noted by the very transaction that deletes it from Postgres, so none is forgotten. For the
 * platform itself. Errors: `unavailable`.
 */
export interface PurgeList {
  /** Those that were deleted long enough ago for every run to have ended, oldest first, at most `limit`. Each is put off: until it is done, it is handed out again later, after the others. */
  due(limit: number): Promise<Purge[]>;
  /** Nothing of it is left. Again is no error. */
  done(purge: Purge): Promise<void>;
}
