import type { ThreadId } from '#core/protocol/ids.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import type { Api } from '../http/api.ts';
import { CallError, isRefusal, mayPass, messageOf } from '../http/call-error.ts';
import type { SocketClient } from '../socket/socket-client.ts';
import {
  type Outbox,
  type OutboxEntry,
  readOutbox,
  readyToSend,
  settled,
  storedOutbox,
  withMadeThread,
  without,
  withState,
} from './outbox.ts';
import { sendRun } from './send-run.ts';
import { createStore, type Readable } from './store.ts';

/** Carries requests for runs to the server, each exactly once, over lost connections and reloads. */
export interface OutboxStore {
  readonly entries: Readable<Outbox>;
  add(entry: Pick<OutboxEntry, 'target' | 'request'> & Partial<Pick<OutboxEntry, 'afterSeq'>>): OutboxEntry;
  /** Tries a failed entry again. */
  sendAgain(clientRequestId: string): void;
  discard(clientRequestId: string): void;
  /** Drops the entries whose events the thread has. */
  settle(view: ThreadView): void;
  close(): void;
}

interface OutboxDeps {
  /** Carries the messages that are too long for the socket. */
  readonly api: Api;
  readonly socket: Pick<SocketClient, 'request' | 'status'>;
  readonly storage: { get(): string | null; set(stored: string | null): void };
  readonly newId: () => string;
  readonly now: () => Date;
}

/** How often an unanswered or refused request is repeated before a person is asked. */
const maxTries = 3;
const pauseMs = 1_500;

export function createOutboxStore({ api, socket, storage, newId, now }: OutboxDeps): OutboxStore {
  const entries = createStore<Outbox>(readOutbox(storage.get()));
  const tries = new Map<string, number>();
  let closed = false;

  const setState = (id: string, state: OutboxEntry['state']) =>
    entries.update((outbox) => withState(outbox, id, state));

  function sendReady(): void {
    if (closed || socket.status.get().status !== 'open') return;
    for (const entry of readyToSend(entries.get())) void send(entry);
  }

  async function send(entry: OutboxEntry): Promise<void> {
    const { clientRequestId } = entry;
    const setMadeThread = (threadId: ThreadId | undefined) =>
      entries.update((outbox) => withMadeThread(outbox, clientRequestId, threadId));
    setState(clientRequestId, { status: 'sending' });
    try {
      const run = await sendRun(entry, { api, socket, onThreadMade: setMadeThread });
      setState(clientRequestId, { status: 'accepted', run });
      tries.delete(clientRequestId);
      sendReady();
    } catch (error) {
      if (isRefusal(error, 'not_found')) setMadeThread(undefined);
      failed(clientRequestId, error);
    }
  }

  function failed(id: string, error: unknown): void {
    const count = (tries.get(id) ?? 0) + 1;
    switch (afterFailure(error, count, socket.status.get().status === 'open')) {
      case 'wait_for_connection':
        setState(id, { status: 'waiting' });
        return;
      case 'ask_person':
        setState(id, { status: 'failed', message: messageOf(error) });
        sendReady();
        return;
      case 'pause':
        tries.set(id, count);
        // Kept as "sending" meanwhile, so that nothing of the same thread overtakes it.
        setTimeout(() => {
          setState(id, { status: 'waiting' });
          sendReady();
        }, pauseMs * count);
    }
  }

  const stopWatching = socket.status.subscribe(sendReady);
  const stopStoring = entries.subscribe(() => storage.set(storedOutbox(entries.get())));
  sendReady();

  return {
    entries,
    add({ target, request, afterSeq = 0 }) {
      const entry: OutboxEntry = {
        clientRequestId: newId(),
        target,
        request,
        createdAt: now().toISOString(),
        afterSeq,
        state: { status: 'waiting' },
      };
      entries.update((outbox) => [...outbox, entry]);
      sendReady();
      return entry;
    },
    sendAgain(id) {
      tries.delete(id);
      setState(id, { status: 'waiting' });
      sendReady();
    },
    discard: (id) => entries.update((outbox) => without(outbox, id)),
    settle: (view) => entries.update((outbox) => settled(outbox, view)),
    close() {
      closed = true;
      stopWatching();
      stopStoring();
    },
  };
}

/** What becomes of a request after its n-th failure. */
export function afterFailure(
  error: unknown,
  count: number,
  connected: boolean,
): 'wait_for_connection' | 'pause' | 'ask_person' {
  if (!(error instanceof CallError)) return 'ask_person';
  const { failure } = error;
  // With a connection there is no next one to wait for: it was HTTP that did not get through.
  if (failure.reason === 'unreachable' && !connected) return 'wait_for_connection';
  return mayPass(failure) && count < maxTries ? 'pause' : 'ask_person';
}
