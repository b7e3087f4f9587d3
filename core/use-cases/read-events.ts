import { PlatformError } from '../errors.ts';
import type { EventLog, StreamName } from '../ports/event-log.ts';
import type { AnyEnvelope } from '../protocol/event.ts';
import { expiredEvent } from '../protocol/thread-view.ts';

/** How much of a stream goes out at once: a Lambda's answer may have 6 MB (AWS: "Lambda quotas"), and an event is at most 400 KB. */
const longestReplyBytes = 5 * 1024 * 1024;
const utf8 = new TextEncoder();

/** A stretch of a stream that fits an answer, and where its head is now. Errors: `after_beyond_head`. */
export async function readEvents(
  log: EventLog,
  stream: StreamName,
  { after, limit }: { after: number; limit: number },
): Promise<{ events: AnyEnvelope[]; head: number }> {
  const head = await log.head(stream);
  assertNotBeyond(after, head);
  return { events: fitting(await readLog(log, stream, after, limit)), head };
}

/** At least one, so that whoever asks gets on. */
function fitting(events: readonly AnyEnvelope[]): AnyEnvelope[] {
  let bytes = 0;
  const end = events.findIndex((envelope, index) => {
    bytes += utf8.encode(JSON.stringify(envelope)).length + 1;
    return index > 0 && bytes > longestReplyBytes;
  });
  return end < 0 ? [...events] : events.slice(0, end);
}

export function assertNotBeyond(after: number, head: number): void {
  if (after <= head) return;
  throw new PlatformError('after_beyond_head', `The newest event of this stream is ${head}; ${after} lies beyond it.`);
}

/**
 * The events after `after`, without a gap: what the log has let go by now (see EventLog.read) is replaced by events of the
 * type `expired`, which readers skip. Fewer than `limit` when there are no more.
 */
export async function readLog(log: EventLog, stream: StreamName, after: number, limit: number): Promise<AnyEnvelope[]> {
  const events: AnyEnvelope[] = [];
  let seq = after;
  for (const envelope of await log.read(stream, after, limit)) {
    for (seq += 1; seq < envelope.seq; seq += 1) events.push({ seq, at: envelope.at, event: { type: expiredEvent } });
    events.push(envelope);
  }
  return events;
}
