import { NewerFormatError } from '#core/domain/stored.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ReceivedRun, RunQueue } from '#core/ports/run-queue.ts';
import type { LoadedThread } from '#core/use-cases/load-thread.ts';

/** Short, because the later version's workers are there as soon as a deployment has begun. */
const restSeconds = 30;
/** Well before the deliveries after which a message goes to the dead letters. */
const mostDeliveries = 5;

/**
 * Leaves a run to the workers of a later version, which alone can read what is stored of it: its message rests for a while. Another
 * one takes its place in time, so that the run does not end among the dead letters however long only older workers are there.
 */
export async function leaveToNewer(
  { queue, now }: { readonly queue: RunQueue; readonly now: Clock },
  { message, receipt, deliveries }: ReceivedRun,
): Promise<void> {
  if (deliveries < mostDeliveries) return queue.release(receipt, restSeconds);
  await queue.send(message, `${message.runId}-rest-${now()}`);
  await queue.delete(receipt);
}

/** The thread, if this version can read it whole. An agent that does not see all that was said would answer something else, or find that the thread is not the same any more. */
export function readableThread(loaded: LoadedThread | null): LoadedThread | null {
  if (!loaded) return null;
  const { view, unreadItems } = loaded;
  if (view.unread + unreadItems > 0) throw new NewerFormatError(`what stands in the thread ${view.thread?.id}`);
  return loaded;
}
