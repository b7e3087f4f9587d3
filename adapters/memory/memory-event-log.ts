import { PlatformError } from '#core/errors.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { EventLog, StreamName } from '#core/ports/event-log.ts';
import type { AnyEnvelope } from '#core/protocol/event.ts';

interface Stream {
  readonly envelopes: AnyEnvelope[];
  readonly batches: Map<string, readonly AnyEnvelope[]>;
}

const maxBatchCharacters = 300 * 1024;

export function createMemoryEventLog(options: { now: Clock }): EventLog {
  const streams = new Map<StreamName, Stream>();

  function streamOf(name: StreamName): Stream {
    const stream = streams.get(name) ?? { envelopes: [], batches: new Map() };
    streams.set(name, stream);
    return stream;
  }

  return {
    async append(name, { batchId, events, runId, attempt }) {
      if (JSON.stringify(events).length > maxBatchCharacters)
        throw new PlatformError('input_too_large', 'A batch of events is too large.');
      const { envelopes, batches } = streamOf(name);
      const landed = batches.get(batchId);
      if (landed) return structuredClone([...landed]);
      const added = events.map((event, index) => ({
        seq: envelopes.length + 1 + index,
        at: timestamp(options.now()),
        ...(runId && { runId }),
        ...(attempt !== undefined && { attempt }),
        event: structuredClone(event),
      }));
      envelopes.push(...added);
      batches.set(batchId, added);
      return structuredClone(added);
    },
    read: async (name, after, limit) => structuredClone(streamOf(name).envelopes.slice(after, after + limit)),
    head: async (name) => streamOf(name).envelopes.length,
  };
}
