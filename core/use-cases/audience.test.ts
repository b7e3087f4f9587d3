import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryConnectionStore } from '#adapters/memory/memory-connection-store.ts';
import type { StreamName } from '../ports/event-log.ts';
import type { AnyEnvelope } from '../protocol/event.ts';
import { createAudience } from './audience.ts';

const stream: StreamName = 'thread:thr_1';
const event = (seq: number): AnyEnvelope => ({
  seq,
  at: '2026-11-21T09:00:00.000Z',
  event: { type: 'notice', level: 'info', message: String(seq) },
});

const listener = (connectionId: string) => ({ connectionId, expiresAtMs: 1_000 });

let connections: ReturnType<typeof createMemoryConnectionStore>;
let asked: number;
let got: Record<string, number[]>;
let endMemory: () => void;
let work: Promise<void>[];

beforeEach(async () => {
  connections = createMemoryConnectionStore();
  asked = 0;
  got = {};
  work = [];
  await connections.subscribe(listener('early'), stream);
});

function create(remembers: boolean) {
  const wait = () =>
    new Promise<void>((resolve) => {
      endMemory = resolve;
    });
  return createAudience({
    connections: {
      subscribers: (name) => {
        asked += 1;
        return connections.subscribers(name);
      },
    },
    deliver: (listeners, _stream, events) => {
      for (const { connectionId: id } of listeners) got[id] = [...(got[id] ?? []), ...events.map(({ seq }) => seq)];
    },
    start: (task) => void work.push(task()),
    ...(remembers && { memory: { rememberMs: 1_000, wait } }),
  });
}

describe('an audience', () => {
  it('is asked for each time by a process that cannot remember', async () => {
    const audience = create(false);
    await audience.tell(stream, [event(1)]);
    await connections.subscribe(listener('late'), stream);

    await audience.tell(stream, [event(2)]);

    expect(got).toEqual({ early: [1, 2], late: [2] });
    expect(asked).toBe(2);
  });

  it('is remembered for a while, and who came meanwhile is given what was missed', async () => {
    const audience = create(true);
    await audience.tell(stream, [event(1)]);
    await connections.subscribe(listener('late'), stream);
    for (const seq of [2, 3, 4]) await audience.tell(stream, [event(seq)]);
    const before = { ...got };

    endMemory();
    await Promise.all(work);

    expect(before).toEqual({ early: [1, 2, 3, 4] });
    expect(got).toEqual({ early: [1, 2, 3, 4], late: [2, 3, 4] });
    expect(asked).toBe(2);
  });

  it('that is empty is not remembered, so that the first to come is told at once', async () => {
    const audience = create(true);
    await audience.tell('thread:thr_new', [event(1)]);
    await connections.subscribe(listener('first'), 'thread:thr_new');

    await audience.tell('thread:thr_new', [event(2)]);

    expect(got).toEqual({ first: [2] });
  });

  it('is not asked for again when nothing was told from memory', async () => {
    const audience = create(true);
    await audience.tell(stream, [event(1)]);

    endMemory();
    await Promise.all(work);

    expect(asked).toBe(1);
  });

  it('is asked for anew by whatever comes after', async () => {
    const audience = create(true);
    await audience.tell(stream, [event(1)]);
    endMemory();
    await Promise.all(work);
    await connections.subscribe(listener('late'), stream);

    await audience.tell(stream, [event(2)]);

    expect(got).toEqual({ early: [1, 2], late: [2] });
  });

  it('keeps streams apart', async () => {
    const audience = create(true);
    await connections.subscribe(listener('other'), 'thread:thr_2');

    await audience.tell(stream, [event(1)]);
    await audience.tell('thread:thr_2', [event(1)]);

    expect(got).toEqual({ early: [1], other: [1] });
  });
});
