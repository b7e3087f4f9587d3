import type { StreamName } from '../ports/event-log.ts';
import type { AnyEnvelope } from '../protocol/event.ts';
import { maxSocketFrameBytes, maxSocketMessageBytes } from '../protocol/limits.ts';
import type { EventsPush } from '../protocol/socket.ts';

/** What a push needs beside its events, in bytes: a little more than that. */
const envelopeBytes = 200;

const utf8 = new TextEncoder();

/**
 * Events as socket messages. As many go together as fit one frame; a larger event goes alone. One that is larger than a
 * message is only announced: the client sees a `head` beyond what it has and fetches it.
 */
export function* pushesOf(stream: StreamName, events: readonly AnyEnvelope[]): Generator<string> {
  let chunk: AnyEnvelope[] = [];
  let bytes = envelopeBytes;
  for (const envelope of events) {
    const size = utf8.encode(JSON.stringify(envelope)).length + 1;
    if (chunk.length > 0 && bytes + size > maxSocketFrameBytes) {
      yield pushOf(stream, chunk);
      chunk = [];
      bytes = envelopeBytes;
    }
    if (envelopeBytes + size > maxSocketMessageBytes) {
      yield pushOf(stream, [], envelope.seq);
    } else {
      chunk.push(envelope);
      bytes += size;
    }
  }
  if (chunk.length > 0) yield pushOf(stream, chunk);
}

const pushOf = (stream: StreamName, events: AnyEnvelope[], head = events.at(-1)?.seq ?? 0): string =>
  JSON.stringify({ type: 'events', stream: clientStream(stream), events, head } satisfies EventsPush);

/** What a client calls a stream. */
const clientStream = (stream: StreamName): EventsPush['stream'] => (isUserFeed(stream) ? 'user' : stream);

const isUserFeed = (stream: StreamName): stream is `user:${string}` => stream.startsWith('user:');
