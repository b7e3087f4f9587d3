import type { Principal } from '../domain/principal.ts';
import { notFound, PlatformError } from '../errors.ts';
import type { Connection } from '../ports/connection-store.ts';
import type { StreamName } from '../ports/event-log.ts';
import type { Stream } from '../protocol/event.ts';
import { ThreadId, WorkspaceId } from '../protocol/ids.ts';
import type { Deps } from './deps.ts';
import { threadStream, userFeed, workspaceFeed } from './load-thread.ts';
import { assertNotBeyond, readLog } from './read-events.ts';

type SubscribeDeps = Pick<Deps, 'connections' | 'log' | 'publisher' | 'store' | 'minter'>;

const eventsPerRead = 500;

/**
 * Lets a connection listen to a stream: registers it, then sends it everything after `after`. What is appended meanwhile
 * comes as a push, perhaps twice, never not at all. Answers with the head as it was on registering;
 * the registration stands even when `after` is refused.
 * Errors: `not_found`, `forbidden`, `after_beyond_head`.
 */
export async function subscribe(
  deps: SubscribeDeps,
  caller: Connection,
  { stream, after }: { stream: Stream; after: number },
): Promise<number> {
  const { connectionId } = caller;
  const name = await authorise(deps, caller, stream);
  await deps.connections.subscribe(caller, name);
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
  caller: Connection,
  stream: Stream,
): Promise<void> {
  await connections.unsubscribe(caller.connectionId, placeOf(caller, stream).name);
}

/** Who may listen: to a thread whoever sees it, to a workspace its members, to their own feed people only. */
async function authorise(deps: SubscribeDeps, caller: Principal, stream: Stream): Promise<StreamName> {
  const place = placeOf(caller, stream);
  switch (place.kind) {
    case 'thread':
      if (await deps.store.seesThread(await deps.minter.forUser(caller), place.id)) return place.name;
      throw notFound('thread', place.id);
    case 'workspace': {
      const workspaces = await deps.store.workspaces(await deps.minter.forUser(caller), caller.userId);
      if (workspaces.some(({ id }) => id === place.id)) return place.name;
      throw notFound('workspace', place.id);
    }
    case 'user':
      if (caller.kind === 'person') return place.name;
      throw new PlatformError('forbidden', "A person's own feed tells of every workspace; an API key knows only one.");
  }
}

type Place =
  | { readonly kind: 'user'; readonly name: StreamName }
  | { readonly kind: 'thread'; readonly id: ThreadId; readonly name: StreamName }
  | { readonly kind: 'workspace'; readonly id: WorkspaceId; readonly name: StreamName };

function placeOf(caller: Principal, stream: Stream): Place {
  if (stream === 'user') return { kind: 'user', name: userFeed(caller.userId) };
  const [kind, id = ''] = stream.split(/:(.*)/s);
  const threadId = ThreadId.safeParse(id);
  if (kind === 'thread' && threadId.success)
    return { kind: 'thread', id: threadId.data, name: threadStream(threadId.data) };
  const workspaceId = WorkspaceId.safeParse(id);
  if (kind === 'workspace' && workspaceId.success)
    return { kind: 'workspace', id: workspaceId.data, name: workspaceFeed(workspaceId.data) };
  throw notFound('stream', stream);
}
