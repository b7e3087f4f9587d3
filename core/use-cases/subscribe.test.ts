import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../domain/principal.ts';
import { notice } from '../ports/samples.contract.ts';
import type { Stream } from '../protocol/event.ts';
import type { ThreadId } from '../protocol/ids.ts';
import { threadStream, userFeed } from './load-thread.ts';
import { subscribe, unsubscribe } from './subscribe.ts';
import { createWorld, type World } from './testing.ts';
import { createThread } from './threads.ts';

const connectionId = 'connection-1';

let world: World;
let threadId: ThreadId;

beforeEach(async () => {
  world = createWorld();
  threadId = (await createThread(world.deps, world.olga, { agentId: world.olga.agentId, title: 'Plans' })).id;
});

const listen = (stream: Stream, after: number, caller: Principal = world.olga) =>
  subscribe(world.deps, { ...caller, connectionId }, { stream, after });

const say = (count: number) =>
  world.deps.publisher.publish(threadStream(threadId), {
    batchId: crypto.randomUUID(),
    events: Array.from({ length: count }, (_, index) => notice(`${index}`)),
  });

const received = () => world.pushes(connectionId).flatMap(({ events }) => events.map(({ seq }) => seq));

describe('a subscription', () => {
  it('begins with everything after what the client has', async () => {
    await say(3);

    expect(await listen(`thread:${threadId}`, 2)).toBe(4);
    expect(world.pushes(connectionId)).toMatchObject([
      { type: 'events', stream: `thread:${threadId}`, events: [{ seq: 3 }, { seq: 4 }], head: 4 },
    ]);
  });

  it('replays a long stream in pieces, in order', async () => {
    await say(1_800);

    await listen(`thread:${threadId}`, 0);

    expect(received()).toEqual(Array.from({ length: 1_801 }, (_, index) => index + 1));
    expect(world.pushes(connectionId).length).toBeGreaterThan(3);
  });

  it('sends nothing to a client that has everything', async () => {
    expect(await listen(`thread:${threadId}`, 1)).toBe(1);
    expect(world.pushes(connectionId)).toEqual([]);
  });

  it('brings what is appended later', async () => {
    await listen(`thread:${threadId}`, 1);

    await say(2);
    await world.deps.publisher.flush();

    expect(received()).toEqual([2, 3]);
  });

  it('loses nothing that is appended at any moment of the replay', async () => {
    const { log, connections } = world.deps;
    const moments = { head: log.head.bind(log), read: log.read.bind(log), subscribe: connections.subscribe };
    const sayNow = () => say(1);
    const deps = {
      ...world.deps,
      connections: {
        ...connections,
        subscribe: async (...given: Parameters<typeof connections.subscribe>) => {
          await sayNow();
          await moments.subscribe(...given);
          await sayNow();
        },
      },
      log: {
        append: log.append,
        head: async (...given: Parameters<typeof log.head>) => {
          const head = await moments.head(...given);
          await sayNow();
          return head;
        },
        read: async (...given: Parameters<typeof log.read>) => {
          const events = await moments.read(...given);
          await sayNow();
          return events;
        },
      },
    };

    const head = await subscribe(deps, { ...world.olga, connectionId }, { stream: `thread:${threadId}`, after: 0 });
    await world.deps.publisher.flush();

    const newest = await moments.head(threadStream(threadId));
    expect(head).toBeLessThan(newest);
    expect(new Set(received())).toEqual(new Set(Array.from({ length: newest }, (_, index) => index + 1)));
  });

  it('stops the replay to a connection that is gone', async () => {
    await say(1_800);
    world.sockets.answer(connectionId, 'gone');

    await listen(`thread:${threadId}`, 0);

    expect(world.metrics.recorded).toMatchObject({ PushesToGone: [1] });
    expect(await world.deps.connections.subscribers(threadStream(threadId))).toEqual([]);
  });

  it('to one’s own feed brings what happens to one’s threads', async () => {
    await listen('user', 0);

    expect(world.pushes(connectionId)).toMatchObject([
      { stream: 'user', events: [{ event: { type: 'thread.created' } }] },
    ]);
    expect(await world.deps.connections.subscribers(userFeed(world.olga.userId))).toEqual([
      { connectionId, expiresAtMs: world.olga.expiresAtMs },
    ]);
  });

  it('beyond the newest event is refused, and still registered', async () => {
    await expect(listen(`thread:${threadId}`, 2)).rejects.toMatchObject({ code: 'after_beyond_head' });
    expect(await world.deps.connections.subscribers(threadStream(threadId))).toEqual([
      { connectionId, expiresAtMs: world.olga.expiresAtMs },
    ]);
  });

  it.each(['somebody else’s', 'none', 'no id'])('to a thread that is %s finds none', async (whose) => {
    const id = { 'somebody else’s': threadId, none: world.deps.newId('thr') }[whose] ?? 'nonsense';

    await expect(listen(`thread:${id}`, 0, world.sven)).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.deps.connections.subscribers(`thread:${id}`)).toEqual([]);
  });
});

describe('leaving a stream', () => {
  it('ends its pushes', async () => {
    await listen(`thread:${threadId}`, 1);

    await unsubscribe(world.deps, { ...world.olga, connectionId }, `thread:${threadId}`);
    await say(1);
    await world.deps.publisher.flush();

    expect(received()).toEqual([]);
  });

  it('leaves the others alone when its name is none', async () => {
    await listen('user', 0);

    const left = unsubscribe(world.deps, { ...world.olga, connectionId }, 'thread:nonsense');

    await expect(left).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.deps.connections.subscribers(userFeed(world.olga.userId))).toEqual([
      { connectionId, expiresAtMs: world.olga.expiresAtMs },
    ]);
  });
});
