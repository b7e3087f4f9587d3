import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnyEnvelope } from '#core/protocol/event.ts';
import { FakeTransport, settle } from '../../testing/fake-transport.ts';
import { answering, threadId } from '../../testing/protocol-fixtures.ts';
import { createSocketClient } from './socket-client.ts';

const stream = `thread:${threadId}` as const;
const events = answering('a', 'b', 'c', 'd');

/** A client with one subscription that has everything up to seq 4. */
async function setUp() {
  const transport = new FakeTransport();
  const client = createSocketClient({ openTransport: transport.open, onTokenRefused: () => undefined });
  let seq = 4;
  const subscriber = {
    after: () => seq,
    expectsMore: vi.fn(() => false),
    onEvents: vi.fn(({ events }: { events: AnyEnvelope[] }) => {
      for (const event of events) if (event.seq === seq + 1) seq = event.seq;
    }),
    onSubscribed: vi.fn(),
    onRefused: vi.fn(),
    onStuck: vi.fn(),
  };
  const stop = client.subscribe(stream, subscriber);
  await settle();
  transport.accept();
  await transport.reply('subscribe', { head: 4 });
  const push = (from: number, to: number, head = to) =>
    transport.push({ type: 'events', stream, events: events.slice(from - 1, to), head });
  return { transport, client, subscriber, push, stop, seq: () => seq };
}

describe('createSubscriptions', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('subscribes with each connection after what the reader has', async () => {
    const { transport, push, seq } = await setUp();
    expect(transport.last('subscribe')).toMatchObject({ stream, after: 4 });

    push(5, 6);
    transport.drop();
    transport.accept();

    expect(seq()).toBe(6);
    expect(transport.last('subscribe')).toMatchObject({ stream, after: 6 });
  });

  it('subscribes again to a stream only when the server has left it: it may carry out the later message first', async () => {
    const { transport, client, subscriber, stop } = await setUp();

    stop();
    client.subscribe(stream, subscriber);
    await settle();
    const before = transport.count('subscribe');
    await transport.reply('unsubscribe');

    expect(before).toBe(1);
    expect(transport.count('subscribe')).toBe(2);
  });

  it('does not subscribe for a reader who has gone while the stream was being left', async () => {
    const { transport, client, subscriber, stop } = await setUp();

    stop();
    client.subscribe(stream, subscriber)();
    await transport.reply('unsubscribe');

    expect(transport.count('subscribe')).toBe(1);
  });

  it('subscribes with the next connection when nobody can tell whether the stream was left', async () => {
    const { transport, client, subscriber, stop } = await setUp();

    stop();
    client.subscribe(stream, subscriber);
    transport.drop();
    await settle();
    transport.accept();

    expect(transport.count('subscribe')).toBe(1);
  });

  it('asks for the rest when a push was lost', async () => {
    const { transport, push, seq } = await setUp();

    push(7, 7);
    await vi.advanceTimersByTimeAsync(300);
    expect(transport.last('subscribe')).toMatchObject({ after: 4 });
    push(5, 7);
    await transport.reply('subscribe', { head: 7 });

    expect(seq()).toBe(7);
    expect(transport.count('subscribe')).toBe(2);
  });

  it('does not ask when the missing events come a moment later', async () => {
    const { transport, push } = await setUp();

    push(5, 5, 6);
    await vi.advanceTimersByTimeAsync(100);
    push(6, 6);
    await vi.advanceTimersByTimeAsync(10_000);

    expect(transport.count('subscribe')).toBe(1);
  });

  it('asks ever more rarely, and then says that it is stuck', async () => {
    const { transport, subscriber, push } = await setUp();

    push(8, 8);
    for (let second = 0; second < 20; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      await transport.reply('subscribe', { head: 8 });
      if (subscriber.onStuck.mock.calls.length > 0) break;
    }

    expect(subscriber.onStuck).toHaveBeenCalledOnce();
    expect(transport.count('subscribe')).toBe(5);
  });

  it('finds a lost last push: asks when a stream that goes on has been silent for ten seconds', async () => {
    const { transport, subscriber, push, seq } = await setUp();
    subscriber.expectsMore.mockReturnValue(true);

    push(5, 5);
    await vi.advanceTimersByTimeAsync(7_500);
    expect(transport.count('subscribe')).toBe(1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(transport.last('subscribe')).toMatchObject({ after: 5 });
    push(6, 8);
    await transport.reply('subscribe', { head: 8 });

    expect(seq()).toBe(8);
    expect(transport.count('subscribe')).toBe(2);
  });

  it('asks a stream that stays silent more rarely, and not at all when nothing is expected', async () => {
    const { transport, subscriber } = await setUp();
    const wait = async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        await vi.advanceTimersByTimeAsync(1_000);
        await transport.reply('ping');
        await transport.reply('subscribe', { head: 4 });
      }
    };

    await wait(60);
    expect(transport.count('subscribe')).toBe(1);
    subscriber.expectsMore.mockReturnValue(true);
    await wait(120);

    expect(transport.count('subscribe')).toBe(1 + 4);
  });

  it('tells the reader when it is refused, and asks again when that may pass', async () => {
    const { transport, subscriber } = await setUp();

    transport.drop();
    transport.accept();
    await transport.refuse('subscribe', 'unavailable');
    await vi.advanceTimersByTimeAsync(2_000);
    await transport.refuse('subscribe', 'after_beyond_head');

    expect(transport.count('subscribe')).toBe(2);
    expect(subscriber.onRefused).toHaveBeenCalledExactlyOnceWith({
      code: 'after_beyond_head',
      message: 'after_beyond_head',
    });
  });

  it('asks again after a while when it is refused for a reason that it does not know, instead of beginning anew', async () => {
    const { transport, subscriber } = await setUp();
    transport.drop();
    transport.accept();
    await transport.refuse('subscribe', 'from_the_future');

    await vi.advanceTimersByTimeAsync(30_000);
    await transport.reply('ping');
    await vi.advanceTimersByTimeAsync(9_000);
    const before = transport.count('subscribe');
    await vi.advanceTimersByTimeAsync(1_000);

    expect(before).toBe(1);
    expect(transport.count('subscribe')).toBe(2);
    expect(subscriber.onRefused).not.toHaveBeenCalled();
  });

  it('is quiet after it has been stopped', async () => {
    const { transport, subscriber, push, stop } = await setUp();

    stop();
    push(5, 6);
    await settle();
    transport.drop();
    transport.accept();

    expect(subscriber.onEvents).not.toHaveBeenCalled();
    expect(transport.count('subscribe')).toBe(0);
  });
});
