import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pingIntervalMs } from '#core/protocol/limits.ts';
import { FakeTransport, settle } from '../../testing/fake-transport.ts';
import { createSocketClient } from './socket-client.ts';

function setUp() {
  const transport = new FakeTransport();
  const onTokenRefused = vi.fn();
  const client = createSocketClient({ openTransport: transport.open, onTokenRefused });
  return { transport, client, onTokenRefused };
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error as { failure: { reason: string } }).failure.reason,
  );

describe('createSocketClient', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('matches replies to requests by their id', async () => {
    const { transport, client } = setUp();
    transport.accept();

    const first = client.request({ type: 'ping' });
    const second = outcome(client.request({ type: 'unsubscribe', stream: 'user' }));
    await transport.refuse('unsubscribe', 'not_found');
    await transport.reply('ping');

    expect(await first).toMatchObject({ type: 'ok' });
    expect(await second).toBe('refused');
  });

  it('refuses at once while the connection is closed, and when it is lost before the reply', async () => {
    const { transport, client } = setUp();

    const early = outcome(client.request({ type: 'ping' }));
    transport.accept();
    const lost = outcome(client.request({ type: 'ping' }));
    transport.drop();

    expect(await early).toBe('unreachable');
    expect(await lost).toBe('unreachable');
    expect(client.status.get()).toEqual({ status: 'closed', wasOpen: true });
  });

  it('gives up on a reply that does not come', async () => {
    const { transport, client } = setUp();
    transport.accept();

    const result = outcome(client.request({ type: 'ping' }, 1_000));
    await vi.advanceTimersByTimeAsync(1_000);

    expect(await result).toBe('timed_out');
  });

  it('pings, and replaces a connection that does not answer', async () => {
    const { transport } = setUp();
    transport.accept();

    await vi.advanceTimersByTimeAsync(pingIntervalMs);
    await transport.reply('ping');
    await vi.advanceTimersByTimeAsync(pingIntervalMs);
    const reconnectsBefore = transport.reconnects;
    await vi.advanceTimersByTimeAsync(10_000);

    expect(reconnectsBefore).toBe(0);
    expect(transport.reconnects).toBe(1);
  });

  it('on waking finds out quickly that the connection is dead, and connects at once when there is none', async () => {
    const { transport, client } = setUp();
    transport.accept();

    client.wake();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(transport.reconnects).toBe(1);
    client.wake();

    expect(transport.reconnects).toBe(2);
  });

  it('on waking asks for what its streams may have missed', async () => {
    const { transport, client } = setUp();
    const quiet = { onEvents: vi.fn(), onRefused: vi.fn(), onStuck: vi.fn() };
    client.subscribe('user', { ...quiet, after: () => 7 });
    transport.accept();
    await transport.reply('subscribe', { head: 7 });

    client.wake();
    await transport.reply('ping');

    expect(transport.sent.map(({ type }) => type)).toEqual(['subscribe', 'ping', 'subscribe']);
  });

  it('leaves a connection that the server has forgotten, and says that nothing got through', async () => {
    const { transport, client, onTokenRefused } = setUp();
    const quiet = { onEvents: vi.fn(), onRefused: vi.fn(), onStuck: vi.fn() };
    client.subscribe('user', { ...quiet, after: () => 7 });
    transport.accept();

    const ping = outcome(client.request({ type: 'ping' }));
    await transport.refuse('ping', 'connection_unknown');
    const result = await ping;
    transport.accept();

    expect(result).toBe('unreachable');
    expect(transport.reconnects).toBe(1);
    expect(onTokenRefused).not.toHaveBeenCalled();
    expect(transport.sent.map(({ type }) => type)).toEqual(['subscribe']);
    expect(quiet.onRefused).not.toHaveBeenCalled();
  });

  it('makes a connection anew ever more slowly while the server forgets each one, and at once when somebody looks', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { transport, client } = setUp();
    for (let round = 0; round < 4; round += 1) {
      transport.accept();
      const ping = outcome(client.request({ type: 'ping' }));
      await transport.refuse('ping', 'connection_unknown');
      await ping;
    }
    client.wake();

    expect(transport.pausesMs).toEqual([0, 1_000, 2_000, 4_000, 0]);
  });

  it('passes on a refusal whose code it does not know', async () => {
    const { transport, client } = setUp();
    transport.accept();

    const ping = client.request({ type: 'ping' }).catch((error: unknown) => error);
    await transport.refuse('ping', 'from_the_future');

    expect(await ping).toMatchObject({ message: 'from_the_future', failure: { reason: 'refused' } });
  });

  it('asks for another token when the server or a few handshakes in a row refuse it', async () => {
    const { transport, client, onTokenRefused } = setUp();
    transport.accept();

    const ping = outcome(client.request({ type: 'ping' }));
    await transport.refuse('ping', 'token_expired');
    expect(await ping).toBe('refused');
    expect(onTokenRefused).toHaveBeenCalledTimes(1);
    transport.drop();
    transport.drop();
    transport.drop();

    expect(onTokenRefused).toHaveBeenCalledTimes(2);
  });

  it('hands a fresh token to the open connection', async () => {
    const { transport, client } = setUp();
    client.refreshToken('while closed');
    transport.accept();

    client.refreshToken('fresh');
    await settle();

    expect(transport.sent.map((message) => message.type)).toEqual(['auth.refresh']);
    expect(transport.last('auth.refresh')?.token).toBe('fresh');
  });

  it('survives messages that it cannot read', async () => {
    const { transport, client } = setUp();
    transport.accept();

    transport.push({ type: 'from_the_future', id: 'c1' });
    const reply = client.request({ type: 'ping' });
    await transport.reply('ping');

    expect(await reply).toMatchObject({ type: 'ok' });
  });
});
