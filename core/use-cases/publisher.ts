import type { Clock } from '../ports/clock.ts';
import type { ConnectionStore } from '../ports/connection-store.ts';
import type { Batch, EventLog, StreamName } from '../ports/event-log.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { SocketGateway } from '../ports/socket-gateway.ts';
import type { AnyEnvelope } from '../protocol/event.ts';
import { createAudience, type Memory } from './audience.ts';
import { endConnection } from './end-connections.ts';
import { pushesOf } from './pushes.ts';

/** Appends to streams and tells whoever listens. */
export interface Publisher {
  /** Resolves when the batch is durable. Telling the listeners goes on behind it, in order for each connection. */
  publish(stream: StreamName, batch: Batch): Promise<AnyEnvelope[]>;
  /** Sends events to one connection, as a replay does. False when it is gone. */
  replay(connectionId: string, stream: StreamName, events: readonly AnyEnvelope[]): Promise<boolean>;
  /** Resolves when nothing is on its way any more. A Lambda must wait for it, because it is frozen when it returns. */
  flush(): Promise<void>;
}

interface PublisherDeps {
  readonly log: EventLog;
  readonly connections: ConnectionStore;
  readonly sockets: SocketGateway;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: Clock;
  /** See createAudience. */
  readonly memory?: Memory | undefined;
}

interface Telling {
  readonly stream: StreamName;
  readonly events: readonly AnyEnvelope[];
}

interface Delivery extends Telling {
  /** Until when the listener's token was good when they subscribed. */
  readonly expiresAtMs: number;
}

/**
 * Two queues stand behind the log: one per stream, for asking who listens, and one per connection, for posting. Each works
 * on one thing at a time, and what comes meanwhile goes out together.
 */
export function createPublisher(deps: PublisherDeps): Publisher {
  const { log, connections, sockets, logger, metrics, now, memory } = deps;
  const underway = new Set<Promise<void>>();
  const streams = createMergingQueues<StreamName, Telling>(tell, start);
  const outboxes = createMergingQueues<string, Delivery>(post, start);

  const audience = createAudience({
    connections,
    memory,
    start,
    deliver: (listeners, stream, events) => {
      for (const { connectionId, expiresAtMs } of listeners)
        outboxes.add(connectionId, { stream, events, expiresAtMs });
    },
  });

  function start(work: () => Promise<void>): void {
    const settled: Promise<void> = work()
      .catch((error: unknown) => countFailure(error))
      .finally(() => underway.delete(settled));
    underway.add(settled);
  }

  /** A push is a hint: the log has the events, and the client finds the gap by their seq. */
  function countFailure(error: unknown, about: { stream?: StreamName; connectionId?: string } = {}): void {
    metrics.record('PushFailures', 1);
    logger.warn({ ...about, error }, 'a push failed');
  }

  async function tell(stream: StreamName, tellings: readonly Telling[]): Promise<void> {
    try {
      await audience.tell(
        stream,
        tellings.flatMap((telling) => telling.events),
      );
    } catch (error) {
      countFailure(error, { stream });
    }
  }

  async function post(connectionId: string, deliveries: readonly Delivery[]): Promise<void> {
    for (const [stream, some] of Map.groupBy(deliveries, (delivery) => delivery.stream)) {
      try {
        const isGood = some.every(({ expiresAtMs }) => expiresAtMs > now());
        if (!isGood && !(await wasRefreshed(connectionId, stream))) return outboxes.drop(connectionId);
        const events = some.flatMap((delivery) => delivery.events);
        if (!(await send(connectionId, stream, events))) return outboxes.drop(connectionId);
      } catch (error) {
        countFailure(error, { stream, connectionId });
      }
    }
  }

  /** Whether the connection has a newer token than when it subscribed; one that has not hears no more, and is ended. */
  async function wasRefreshed(connectionId: string, stream: StreamName): Promise<boolean> {
    const connection = await connections.get(connectionId);
    if (connection && connection.expiresAtMs > now()) {
      await connections.subscribe(connection, stream);
      return true;
    }
    metrics.record('PushesToGone', 1);
    await endConnection({ connections, sockets }, connectionId);
    return false;
  }

  /** False when the connection is gone. */
  async function send(connectionId: string, stream: StreamName, events: readonly AnyEnvelope[]): Promise<boolean> {
    for (const push of pushesOf(stream, events)) {
      const startedAtMs = now();
      const result = await sockets.post(connectionId, push);
      metrics.record(metricOf[result], 1);
      if (result === 'sent') metrics.record('PushMs', now() - startedAtMs);
      if (result === 'gone') {
        await connections.close(connectionId);
        return false;
      }
    }
    return true;
  }

  return {
    async publish(stream, batch) {
      const events = await log.append(stream, batch);
      if (events.length > 0) streams.add(stream, { stream, events });
      return events;
    },
    replay: send,
    async flush() {
      while (underway.size > 0) await Promise.all(underway);
    },
  };
}

const metricOf = { sent: 'Pushes', gone: 'PushesToGone', throttled: 'PushFailures' } as const;

/**
 * Queues by key. `work` gets all that waits under a key at once, is never called twice at the same time for one key, and
 * must not reject.
 */
function createMergingQueues<Key, Entry>(
  work: (key: Key, entries: readonly Entry[]) => Promise<void>,
  start: (task: () => Promise<void>) => void,
) {
  const waiting = new Map<Key, Entry[]>();
  return {
    add(key: Key, entry: Entry): void {
      const queue = waiting.get(key);
      if (queue) {
        queue.push(entry);
        return;
      }
      const fresh = [entry];
      waiting.set(key, fresh);
      start(async () => {
        while (fresh.length > 0) await work(key, fresh.splice(0));
        waiting.delete(key);
      });
    },
    drop: (key: Key): void => void waiting.get(key)?.splice(0),
  };
}
