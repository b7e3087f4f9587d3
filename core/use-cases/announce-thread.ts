import type { UserId } from '../protocol/ids.ts';
import type { Thread } from '../protocol/thread.ts';
import type { Deps } from './deps.ts';
import { threadStream, userFeed } from './load-thread.ts';

/**
 * Tells the thread's readers and its owner's other tabs what the thread looks like now. `change` names the change; one that
 * may be announced again says from where to look for the first time.
 */
export async function announceThread(
  { publisher }: Pick<Deps, 'publisher'>,
  owner: UserId,
  thread: Thread,
  change: string,
  before?: { acceptedAfterSeq: number; feedAfterSeq: number },
): Promise<void> {
  const batch = { batchId: `${change}:thread-updated`, events: [{ type: 'thread.updated', thread } as const] };
  await publisher.publish(threadStream(thread.id), {
    ...batch,
    ...(before && { searchAfter: before.acceptedAfterSeq }),
  });
  await publisher.publish(userFeed(owner), { ...batch, ...(before && { searchAfter: before.feedAfterSeq }) });
}
