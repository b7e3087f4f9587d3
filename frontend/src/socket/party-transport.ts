import ReconnectingWebSocket from 'partysocket/ws';
import type { OpenTransport, TransportEvents } from './transport.ts';

interface PartyOptions {
  readonly url: string;
  /** Asked before each attempt, so that each carries a token that is good then. */
  readonly protocols: () => Promise<string[]>;
}

/** The browser's socket, with partysocket's back-off. */
export const partyTransport =
  ({ url, protocols }: PartyOptions): OpenTransport =>
  (events) => {
    let current = open(url, protocols, events);
    let pause: ReturnType<typeof setTimeout> | undefined;
    const dispose = () => {
      clearTimeout(pause);
      current.dispose();
    };
    return {
      send: (data) => current.socket.send(data),
      reconnect(pauseMs = 0) {
        const again = () => {
          current = open(url, protocols, events);
        };
        // partysocket's own reconnect() does not cut short a back-off that has begun.
        dispose();
        events.onClose(1000);
        if (pauseMs > 0) pause = setTimeout(again, pauseMs);
        else again();
      },
      close: dispose,
    };
  };

function open(url: string, protocols: () => Promise<string[]>, events: TransportEvents) {
  const socket = new ReconnectingWebSocket(url, protocols, {
    maxEnqueuedMessages: 0,
    connectionTimeout: 10_000,
    // Spread out, so that a restarted server is not met by all its clients in the same moment.
    minReconnectionDelay: 400 + Math.random() * 600,
    maxReconnectionDelay: 8_000,
    reconnectionDelayGrowFactor: 1.6,
    minUptime: 3_000,
  });
  socket.onopen = () => events.onOpen();
  socket.onclose = (event) => events.onClose(event.code);
  socket.onmessage = (event) => events.onMessage(event.data);
  const dispose = () => {
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close();
  };
  return { socket, dispose };
}
