import WebSocket from 'ws';
import type { RunId, ThreadId } from '#core/protocol/ids.ts';
import { socketProtocol } from '#core/protocol/socket.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import { type Api, createApi } from '../../frontend/src/http/api.ts';
import { isRefusal } from '../../frontend/src/http/call-error.ts';
import { createSocketClient, type SocketClient } from '../../frontend/src/socket/socket-client.ts';
import type { OpenTransport } from '../../frontend/src/socket/transport.ts';
import { type Answers, createAnswers } from '../../frontend/src/state/answers.ts';
import type { OutboxEntry } from '../../frontend/src/state/outbox.ts';
import { createOutboxStore, type OutboxStore } from '../../frontend/src/state/outbox-store.ts';
import { newRequestId } from '../support/test-user.ts';
import { betweenPressesMs, mostPresses } from './pressing-again.ts';

/** The web client's own parts that speak to the platform, on a network that can be cut. */
export interface WebClient {
  readonly api: Api;
  readonly socket: SocketClient;
  readonly outbox: OutboxStore;
  readonly answers: Answers;
  /** Cuts the connection as a lost network does; the client makes another by itself. */
  cut(): void;
  close(): void;
}

export function openWebClient({ url, socketUrl, token }: { url: string; socketUrl: string; token: string }): WebClient {
  let current: WebSocket | undefined;
  // The token is good for longer than a campaign.
  const api = createApi({ baseUrl: url, fetch, token: async () => token, renewToken: async () => {} });
  const socket = createSocketClient({
    openTransport: cuttable(socketUrl, token, (opened) => {
      current = opened;
    }),
    onTokenRefused: () => undefined,
    settleMs: 100,
  });
  let stored: string | null = null;
  const outbox = createOutboxStore({
    api,
    socket,
    storage: {
      get: () => stored,
      set: (next) => {
        stored = next;
      },
    },
    newId: newRequestId,
    now: () => new Date(),
  });
  return {
    api,
    socket,
    outbox,
    answers: createAnswers({ api, socket }),
    cut: () => current?.terminate(),
    close() {
      outbox.close();
      socket.close();
    },
  };
}

/** A person writes a message into a thread, and has it sent again when the web client says that it could not be sent. */
export function say({ outbox }: WebClient, request: OutboxEntry['request'], thread: ThreadView, threadId: ThreadId) {
  return new Promise<RunId>((resolve, reject) => {
    let presses = 0;
    const { clientRequestId } = outbox.add({ target: { threadId }, request, afterSeq: thread.seq });
    const stop = outbox.entries.subscribe(look);
    function look(): void {
      const state = outbox.entries.get().find((entry) => entry.clientRequestId === clientRequestId)?.state;
      if (state?.status === 'accepted') {
        stop();
        resolve(state.run.runId);
      } else if (state?.status === 'failed') {
        presses += 1;
        if (presses < mostPresses) setTimeout(() => outbox.sendAgain(clientRequestId), betweenPressesMs);
        else {
          stop();
          reject(new Error(`the message could not be sent: ${state.message}`));
        }
      }
    }
  });
}

/** A person stops a run, as use-stop-run.ts of the web client does. Nothing happens to one that has ended already. */
export const stopRun = async ({ answers }: WebClient, runId: RunId): Promise<void> => {
  try {
    await answers.cancel(runId);
  } catch (error) {
    if (!isRefusal(error, 'conflict', 'not_found')) throw error;
  }
};

const reconnectMs = 20;

const cuttable =
  (url: string, token: string, onSocket: (socket: WebSocket) => void): OpenTransport =>
  (events) => {
    let closed = false;
    let socket = open();
    function open(): WebSocket {
      const opened = new WebSocket(url, [socketProtocol, `bearer.${token}`]);
      onSocket(opened);
      opened.on('open', () => events.onOpen());
      opened.on('message', (data) => events.onMessage(String(data)));
      opened.on('error', () => {
        // `close` follows.
      });
      opened.on('close', (code) => {
        if (closed || opened !== socket) return;
        events.onClose(code);
        setTimeout(() => {
          if (!closed) socket = open();
        }, reconnectMs);
      });
      return opened;
    }
    return {
      send(data) {
        if (socket.readyState !== WebSocket.OPEN) return false;
        socket.send(data);
        return true;
      },
      reconnect: () => socket.terminate(),
      close() {
        closed = true;
        socket.close();
      },
    };
  };
