import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryConnectionStore } from '#adapters/memory/memory-connection-store.ts';
import { createMemoryEventLog } from '#adapters/memory/memory-event-log.ts';
import { createMemoryLogger, type LogLine } from '#adapters/memory/memory-logger.ts';
import { createMemoryMetrics } from '#adapters/memory/memory-metrics.ts';
import { unavailable } from '../errors.ts';
import type { Connection } from '../ports/connection-store.ts';
import { newStream, newUserId, notice } from '../ports/samples.contract.ts';
import type { PostResult } from '../ports/socket-gateway.ts';
import { maxSocketFrameBytes, maxSocketMessageBytes } from '../protocol/limits.ts';
import { EventsPush } from '../protocol/socket.ts';
import { createPublisher, type Publisher } from './publisher.ts';

const stream = newStream();
const other = newStream();

/** A gateway whose posts wait until the test lets them go. */
function createSlowSockets() {
  const posts: { connectionId: string; payload: string; done: (result: PostResult | Error) => void }[] = [];
  const closed: string[] = [];
  return {
    posts,
    closed,
    close: async (connectionId: string) => void closed.push(connectionId),
    post: (connectionId: string, payload: string) =>
      new Promise<PostResult>((resolve, reject) => {
        posts.push({
          connectionId,
          payload,
          done: (result) => (result instanceof Error ? reject(result) : resolve(result)),
        });
      }),
  };
}

const expiresAtMs = 1_000;
const listener = (connectionId: string) => ({ connectionId, expiresAtMs });

/** Lets everything go on that waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

let connections: ReturnType<typeof createMemoryConnectionStore>;
let sockets: ReturnType<typeof createSlowSockets>;
let publisher: Publisher;
let lines: LogLine[];
let metrics: ReturnType<typeof createMemoryMetrics>;
let nowMs: number;

beforeEach(async () => {
  connections = createMemoryConnectionStore();
  sockets = createSlowSockets();
  lines = [];
  metrics = createMemoryMetrics();
  nowMs = 0;
  publisher = createPublisher({
    log: createMemoryEventLog({ now: Date.now }),
    connections,
    sockets,
    logger: createMemoryLogger(lines),
    metrics,
    now: () => nowMs,
  });
  await connections.subscribe(listener('a'), stream);
});

const publish = (texts: string[], to = stream) =>
  publisher.publish(to, { batchId: crypto.randomUUID(), events: texts.map(notice) });

const pushAt = (index: number) => EventsPush.parse(JSON.parse(sockets.posts[index]?.payload ?? ''));
const seqsAt = (index: number) => pushAt(index).events.map(({ seq }) => seq);

async function answer(index: number, result: PostResult | Error = 'sent') {
  sockets.posts[index]?.done(result);
  await settled();
}

/** Answers whatever is posted until nothing more comes. */
async function answerAll(result: PostResult = 'sent') {
  for (let index = 0; index < sockets.posts.length; index += 1) await answer(index, result);
}

describe('publishing', () => {
  it('resolves when the batch is in the log, whatever the listeners do', async () => {
    const [added] = await publish(['one']);

    await settled();

    expect(added?.seq).toBe(1);
    expect(pushAt(0)).toMatchObject({ type: 'events', stream, events: [added], head: 1 });
  });

  it('tells nobody of a batch without events', async () => {
    await publish([]);
    await settled();

    expect(sockets.posts).toEqual([]);
  });

  it('tells every listener, and lets a slow one hold nobody up', async () => {
    await connections.subscribe(listener('b'), stream);

    await publish(['one']);
    await settled();
    await answer(1);
    await publish(['two']);
    await settled();

    expect(sockets.posts.map(({ connectionId }) => connectionId)).toEqual(['a', 'b', 'b']);
  });

  it('posts one push at a time to a connection; what comes meanwhile goes together', async () => {
    await publish(['one']);
    await settled();
    for (const text of ['two', 'three', 'four']) await publish([text]);
    await settled();
    const whileSlow = sockets.posts.length;

    await answer(0);

    expect(whileSlow).toBe(1);
    expect(sockets.posts).toHaveLength(2);
    expect(pushAt(1)).toMatchObject({ events: [{ seq: 2 }, { seq: 3 }, { seq: 4 }], head: 4 });
  });

  it('keeps the streams of a connection apart', async () => {
    await connections.subscribe(listener('a'), other);
    await publish(['one']);
    await settled();
    await publish(['two']);
    await publish(['elsewhere'], other);
    await publish(['three']);
    await settled();

    await answerAll();

    const sent = sockets.posts.map((_, index) => [pushAt(index).stream, seqsAt(index)]);
    expect(sent).toEqual([
      [stream, [1]],
      [stream, [2, 3]],
      [other, [1]],
    ]);
  });

  it('keeps the order also when it takes long to find out who listens', async () => {
    const answers: (() => void)[] = [];
    const lookUp = connections.subscribers;
    connections.subscribers = async (name) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return lookUp(name);
    };

    await publish(['one']);
    await publish(['two']);
    await publish(['three']);
    for (let index = 0; index < answers.length; index += 1) {
      answers.toReversed()[0]?.();
      await settled();
    }
    await answerAll();

    expect(answers).toHaveLength(2);
    expect(sockets.posts.flatMap((_, index) => seqsAt(index))).toEqual([1, 2, 3]);
  });

  it('calls a user’s own feed what the user calls it', async () => {
    await connections.subscribe(listener('a'), 'user:somebody');

    await publish(['one'], 'user:somebody');
    await settled();

    expect(pushAt(0).stream).toBe('user');
  });
});

describe('a push that fails', () => {
  it('forgets a connection that is gone, and posts to it no more', async () => {
    await publish(['one']);
    await settled();
    await publish(['two']);
    await settled();

    await answer(0, 'gone');
    await publish(['three']);
    await settled();

    expect(sockets.posts).toHaveLength(1);
    expect(await connections.subscribers(stream)).toEqual([]);
    expect(metrics.recorded).toEqual({ PushesToGone: [1] });
  });

  it('counts a throttled one, and goes on', async () => {
    await publish(['one']);
    await settled();
    await answer(0, 'throttled');

    await publish(['two']);
    await settled();
    await answer(1);

    expect(metrics.recorded).toEqual({ Pushes: [1], PushMs: [0], PushFailures: [1] });
    expect(await connections.subscribers(stream)).toEqual([listener('a')]);
  });

  it('takes nothing that came after it along', async () => {
    await publish(['one']);
    await settled();
    await publish(['two']);
    await settled();

    await answer(0, unavailable('The gateway', new Error('down')));
    await answer(1);

    expect(seqsAt(1)).toEqual([2]);
    expect(metrics.recorded).toEqual({ Pushes: [1], PushMs: [0], PushFailures: [1] });
    expect(lines).toMatchObject([{ message: 'a push failed', fields: { stream, connectionId: 'a' } }]);
  });

  it('fails no publish when nobody knows who listens', async () => {
    const lookUp = connections.subscribers;
    connections.subscribers = () => Promise.reject(unavailable('The connection store', new Error('down')));

    await publish(['one']);
    await settled();
    connections.subscribers = lookUp;
    await publish(['two']);
    await settled();

    expect(seqsAt(0)).toEqual([2]);
    expect(metrics.recorded['PushFailures']).toEqual([1]);
  });
});

describe('a listener whose token has run out', () => {
  const person = (connectionId: string, expires: number): Connection => ({
    kind: 'person',
    connectionId,
    userId: newUserId(),
    isAnonymous: false,
    email: null,
    issuedAtMs: 0,
    expiresAtMs: expires,
  });

  it('hears nothing more, and is ended', async () => {
    await connections.open(person('a', expiresAtMs));
    nowMs = expiresAtMs;

    await publish(['secret']);
    await settled();

    expect(sockets.posts).toEqual([]);
    expect(sockets.closed).toEqual(['a']);
    expect(await connections.get('a')).toBeNull();
    expect(await connections.subscribers(stream)).toEqual([]);
  });

  it('goes on when it has sent a new one', async () => {
    await connections.open(person('a', expiresAtMs));
    await connections.refresh('a', 5_000);
    nowMs = expiresAtMs;

    await publish(['one']);
    await settled();

    expect(seqsAt(0)).toEqual([1]);
    expect(await connections.subscribers(stream)).toEqual([{ connectionId: 'a', expiresAtMs: 5_000 }]);
  });
});

describe('the size of pushes', () => {
  const bytesAt = (index: number) => new TextEncoder().encode(sockets.posts[index]?.payload).length;

  it('is at most a frame, and each says how far it reaches', async () => {
    await publish(Array.from({ length: 40 }, () => 'ü'.repeat(2_000)));
    await settled();

    await answerAll();

    const pushes = sockets.posts.map((_, index) => pushAt(index));
    for (const [index, push] of pushes.entries()) {
      expect(bytesAt(index)).toBeLessThanOrEqual(maxSocketFrameBytes);
      expect(push.head).toBe(push.events.at(-1)?.seq);
    }
    expect(pushes.flatMap(({ events }) => events.map(({ seq }) => seq))).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    expect(pushes.length).toBeLessThan(8);
  });

  it('may be more for one event that is larger than a frame', async () => {
    await publish(['small', 'x'.repeat(2 * maxSocketFrameBytes), 'small']);
    await settled();

    await answerAll();

    expect(sockets.posts.map((_, index) => seqsAt(index))).toEqual([[1], [2], [3]]);
  });

  it('is never more than a message: a larger event is only announced', async () => {
    await publish(['small', 'x'.repeat(maxSocketMessageBytes), 'small']);
    await settled();

    await answerAll();

    expect(sockets.posts.map((_, index) => [seqsAt(index), pushAt(index).head])).toEqual([
      [[1], 1],
      [[], 2],
      [[3], 3],
    ]);
  });

  it('is never more than a message, wherever the limit falls', async () => {
    for (const size of [-400, -300, -200, -100, 0]) await publish(['x'.repeat(maxSocketMessageBytes + size)]);
    await settled();

    await answerAll();

    for (const index of sockets.posts.keys()) expect(bytesAt(index)).toBeLessThanOrEqual(maxSocketMessageBytes);
    expect(pushAt(0).events).toHaveLength(1);
  });
});

describe('flush', () => {
  it('waits for everything that is on its way, also what came while it waited', async () => {
    let isFlushed = false;
    await publish(['one']);
    const flushed = publisher.flush().then(() => {
      isFlushed = true;
    });
    await settled();
    await publish(['two']);

    await answer(0);
    const early = isFlushed;
    await answer(1);
    await flushed;

    expect(early).toBe(false);
    expect(sockets.posts).toHaveLength(2);
  });

  it('resolves at once when nothing is', async () => {
    await expect(publisher.flush()).resolves.toBeUndefined();
  });
});

describe('a replay', () => {
  it('sends to one connection, and says whether it is still there', async () => {
    const events = await publish(['one'], other);
    const sent = publisher.replay('b', other, events);
    await answer(0);
    const gone = publisher.replay('b', other, events);
    await answer(1, 'gone');

    expect(await sent).toBe(true);
    expect(await gone).toBe(false);
    expect(sockets.posts.map(({ connectionId }) => connectionId)).toEqual(['b', 'b']);
  });
});
