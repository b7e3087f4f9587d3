import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { FakeTransport, settle } from '../../testing/fake-transport.ts';
import { agentId, aThread, itemIdOf, runIdOf, threadId } from '../../testing/protocol-fixtures.ts';
import type { Api } from '../http/api.ts';
import { CallError } from '../http/call-error.ts';
import { createSocketClient } from '../socket/socket-client.ts';
import { createOutboxStore } from './outbox-store.ts';

const run = { runId: runIdOf(1), threadId, inputItemId: itemIdOf(1) };
const message = { target: { threadId }, request: { input: { text: 'Hello' } } };

function setUp(stored: string | null = null, api: Mock = vi.fn()) {
  const transport = new FakeTransport();
  const socket = createSocketClient({ openTransport: transport.open, onTokenRefused: () => undefined });
  const storage = {
    value: stored,
    get: () => storage.value,
    set(next: string | null) {
      storage.value = next;
    },
  };
  let count = 0;
  const newId = () => {
    count += 1;
    return `request-${count}`;
  };
  const outbox = createOutboxStore({ api: api as unknown as Api, socket, storage, newId, now: () => new Date(0) });
  const states = () => outbox.entries.get().map(({ state }) => state.status);
  return { transport, outbox, storage, states, api };
}

describe('createOutboxStore', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('keeps a message while there is no connection and sends it with the next one', async () => {
    const { transport, outbox, states } = setUp();

    outbox.add(message);
    expect(states()).toEqual(['waiting']);
    transport.accept();
    expect(transport.last('run.start')).toMatchObject({ threadId, input: { text: 'Hello' } });
    await transport.reply('run.start', { run });

    expect(states()).toEqual(['accepted']);
  });

  it('sends again under the same id when the connection is lost before the reply', async () => {
    const { transport, outbox } = setUp();
    transport.accept();
    outbox.add(message);
    const first = transport.last('run.start')?.clientRequestId;

    transport.drop();
    await settle();
    transport.accept();

    expect(transport.count('run.start')).toBe(1);
    expect(transport.last('run.start')?.clientRequestId).toBe(first);
  });

  it('sends again after a reload under the same id', async () => {
    const before = setUp();
    before.transport.accept();
    before.outbox.add({ ...message, target: { agentId } });

    const { transport } = setUp(before.storage.value);
    transport.accept();

    expect(transport.last('run.start')).toMatchObject({ agentId, clientRequestId: 'request-1' });
  });

  it('asks a person when the server refuses, and tries once more when told to', async () => {
    const { transport, outbox, states } = setUp();
    transport.accept();
    const { clientRequestId } = outbox.add(message);

    await transport.refuse('run.start', 'forbidden');
    expect(states()).toEqual(['failed']);
    outbox.sendAgain(clientRequestId);
    await transport.reply('run.start', { run });

    expect(states()).toEqual(['accepted']);
  });

  it('repeats by itself what may pass, a few times, and lets nothing overtake it', async () => {
    const { transport, outbox, states } = setUp();
    transport.accept();
    outbox.add(message);
    outbox.add(message);

    await transport.refuse('run.start', 'token_expired');
    expect(states()).toEqual(['sending', 'waiting']);
    await vi.advanceTimersByTimeAsync(1_500);
    await transport.refuse('run.start', 'unavailable');
    await vi.advanceTimersByTimeAsync(3_000);
    await transport.refuse('run.start', 'unavailable');

    expect(states()).toEqual(['failed', 'sending']);
    expect(transport.sent.map((sent) => 'clientRequestId' in sent && sent.clientRequestId)).toEqual([
      'request-1',
      'request-1',
      'request-1',
      'request-2',
    ]);
  });

  describe('with a message too long for one frame of the socket', () => {
    const long = { input: { text: 'ü'.repeat(16 * 1024) } };
    const unreachable = () => Promise.reject(new CallError({ reason: 'unreachable' }));
    const keys = (api: Mock) => api.mock.calls.map(([key]) => key);

    it('sends it over HTTP to its thread', async () => {
      const api = vi.fn().mockResolvedValue(run);
      const { transport, outbox, states } = setUp(null, api);
      transport.accept();

      outbox.add({ target: { threadId }, request: long });
      await settle();

      const body = { ...long, clientRequestId: 'request-1' };
      expect(api.mock.calls).toEqual([['POST /v1/threads/{threadId}/runs', { path: { threadId }, body }]]);
      expect(transport.sent).toEqual([]);
      expect(states()).toEqual(['accepted']);
    });

    it('makes the thread first, and only once however often the run is tried', async () => {
      const api = vi.fn().mockResolvedValueOnce(aThread()).mockImplementationOnce(unreachable).mockResolvedValue(run);
      const { transport, outbox, states } = setUp(null, api);
      transport.accept();

      outbox.add({ target: { agentId }, request: long });
      await vi.advanceTimersByTimeAsync(1_500);

      const [make, send] = ['POST /v1/threads', 'POST /v1/threads/{threadId}/runs'];
      expect(keys(api)).toEqual([make, send, send]);
      expect(states()).toEqual(['accepted']);
    });

    it('remembers the made thread over a reload', async () => {
      const before = setUp(null, vi.fn().mockResolvedValueOnce(aThread()).mockImplementation(unreachable));
      before.transport.accept();
      before.outbox.add({ target: { agentId }, request: long });
      await settle();
      before.outbox.close();

      const { transport, api } = setUp(before.storage.value, vi.fn().mockResolvedValue(run));
      transport.accept();
      await settle();

      expect(keys(api)).toEqual(['POST /v1/threads/{threadId}/runs']);
    });

    it('forgets the made thread when it is gone', async () => {
      const gone = new CallError({ reason: 'refused', error: { code: 'not_found', message: 'gone' } });
      const { transport, outbox, api } = setUp(null, vi.fn().mockResolvedValue(aThread()));
      api.mockResolvedValueOnce(aThread()).mockRejectedValueOnce(gone);
      transport.accept();
      const { clientRequestId } = outbox.add({ target: { agentId }, request: long });
      await settle();

      outbox.sendAgain(clientRequestId);
      await settle();

      expect(keys(api).filter((key) => key === 'POST /v1/threads')).toHaveLength(2);
    });
  });
});
