import { PlatformError } from '../errors.ts';
import type { EventLog, StreamName } from '../ports/event-log.ts';
import type { AnyEnvelope } from '../protocol/event.ts';

/** A stretch of a stream, and where its head is now. Errors: `after_beyond_head`. */
export async function readEvents(
  log: EventLog,
  stream: StreamName,
  { after, limit }: { after: number; limit: number },
): Promise<{ events: AnyEnvelope[]; head: number }> {
  const head = await log.head(stream);
  assertNotBeyond(after, head);
  return { events: await readLog(log, stream, after, limit), head };
}

export function assertNotBeyond(after: number, head: number): void {
  if (after <= head) return;
  throw new PlatformError('after_beyond_head', `The newest event of this stream is ${head}; ${after} lies beyond it.`);
}

/**
 * The events after `after`, without a gap: what the log has let go by now (see EventLog.read) is replaced by events of the
 * type `expired`, which readers skip like any that they do not know. Fewer than `limit` when there are no more.
 */
export async function readLog(log: EventLog, stream: StreamName, after: number, limit: number): Promise<AnyEnvelope[]> {
  const events: AnyEnvelope[] = [];
  let seq = after;
  for (const envelope of await log.read(stream, after, limit)) {
    for (seq += 1; seq < envelope.seq; seq += 1) events.push({ seq, at: envelope.at, event: { type: 'expired' } });
    events.push(envelope);
  }
  return events;
}
