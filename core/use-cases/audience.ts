import type { ConnectionStore, Subscriber } from '../ports/connection-store.ts';
import type { StreamName } from '../ports/event-log.ts';
import type { AnyEnvelope } from '../protocol/event.ts';

/** How long it may be remembered who listens, and how to wait that long. */
export interface Memory {
  readonly rememberMs: number;
  readonly wait: (ms: number) => Promise<void>;
}

interface AudienceOptions {
  readonly connections: Pick<ConnectionStore, 'subscribers'>;
  readonly deliver: (listeners: readonly Subscriber[], stream: StreamName, events: readonly AnyEnvelope[]) => void;
  /** Takes charge of work that goes on by itself. */
  readonly start: (work: () => Promise<void>) => void;
  /** For a process that lives on. Without it, who listens is asked for each time: a Lambda is frozen before it could ask again. */
  readonly memory?: Memory | undefined;
}

/**
 * Brings events to whoever listens to their stream. With a memory it asks twice a `rememberMs` and not for every event: at
 * its beginning, and at its end, when those who came in between are given what they missed. So everybody who has
 * subscribed is told, at most `rememberMs` late. That nobody listens is not remembered: whoever has just begun a thread subscribes
 * a moment after its run has begun, and waits for its first words. So a run that nobody listens to asks once per append.
 */
export function createAudience({ connections, deliver, start, memory }: AudienceOptions) {
  const remembered = new Map<StreamName, { listeners: readonly Subscriber[]; told: AnyEnvelope[] }>();

  async function askAgain(stream: StreamName): Promise<void> {
    const known = remembered.get(stream);
    remembered.delete(stream);
    if (!known || known.told.length === 0) return;
    const listeners = await connections.subscribers(stream);
    const told = new Set(known.listeners.map(({ connectionId }) => connectionId));
    const newcomers = listeners.filter(({ connectionId }) => !told.has(connectionId));
    deliver(newcomers, stream, known.told);
  }

  return {
    async tell(stream: StreamName, events: readonly AnyEnvelope[]): Promise<void> {
      const known = remembered.get(stream);
      if (known) {
        known.told.push(...events);
        deliver(known.listeners, stream, events);
        return;
      }
      const listeners = await connections.subscribers(stream);
      deliver(listeners, stream, events);
      if (!memory || listeners.length === 0) return;
      remembered.set(stream, { listeners, told: [] });
      start(async () => {
        await memory.wait(memory.rememberMs);
        await askAgain(stream);
      });
    },
  };
}
