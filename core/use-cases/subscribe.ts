import type { Principal } from '../domain/principal.ts';
import { notFound } from '../errors.ts';
import type { StreamName } from '../ports/event-log.ts';
import type { Stream } from '../protocol/event.ts';
import { ThreadId } from '../protocol/ids.ts';
import type { Deps } from './deps.ts';
import { threadStream, userFeed } from './load-thread.ts';
import { assertNotBeyond, readLog } from './read-events.ts';

type SubscribeDeps = Pick<Deps, 'connections' | 'log' | 'publisher' | 'store' | 'minter'>;

const eventsPerRead = 500;

/**
 * Lets a connection listen to a stream: registers it, then sends it everything after `after`. What is appended meanwhile
 * comes as a push, perhaps twice, never not at all. Answers with the head as it was on registering;
 * the registration stands even when `after` is refused.
 * Errors: `not_found`, `after_beyond_head`.
 */
export async function subscribe(
  deps: SubscribeDeps,
  caller: Principal,
  connectionId: string,
  { stream, after }: { stream: Stream; after: number },
): Promise<number> {
  const name = await authorise(deps, caller, stream);
  await deps.connections.subscribe(connectionId, name);
  const head = await deps.log.head(name);
  assertNotBeyond(after, head);
  let sent = after;
  while (sent < head) {
    const events = await readLog(deps.log, name, sent, eventsPerRead);
    const last = events.at(-1);
    if (!last || !(await deps.publisher.replay(connectionId, name, events))) break;
    sent = last.seq;
  }
  return head;
}

/** Errors: `not_found` for a name that is none. Leaving a stream that one does not listen to is no error. */
export async function unsubscribe(
  { connections }: Pick<Deps, 'connections'>,
  caller: Principal,
  connectionId: string,
  stream: Stream,
): Promise<void> {
  await connections.unsubscribe(connectionId, streamName(caller, stream));
}

async function authorise(deps: SubscribeDeps, caller: Principal, stream: Stream): Promise<StreamName> {
  if (stream === 'user') return streamName(caller, stream);
  const threadId = threadIdOf(stream);
  if (!(await deps.store.thread(await deps.minter.forUser(caller), threadId))) throw notFound('thread', threadId);
  return threadStream(threadId);
}

const streamName = (caller: Principal, stream: Stream): StreamName =>
  stream === 'user' ? userFeed(caller.userId) : threadStream(threadIdOf(stream));

function threadIdOf(stream: Stream): ThreadId {
  const threadId = ThreadId.safeParse(stream.slice('thread:'.length));
  if (!threadId.success) throw notFound('stream', stream);
  return threadId.data;
}
