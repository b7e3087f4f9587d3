import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '#core/ports/samples.contract.ts';
import type { Event } from '#core/protocol/event.ts';
import type { ItemId } from '#core/protocol/ids.ts';
import { createEventWriter } from './event-writer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const itemId = newId('itm');
const delta = (text: string, id: ItemId = itemId): Event => ({ type: 'item.delta', itemId: id, text });
const done: Event = { type: 'item.done', itemId, status: 'completed' };
const base = { id: itemId, runId: newId('run'), agentId: newId('agt'), createdAt: '2026-11-21T09:00:00.000Z' };
const message: Event = {
  type: 'item.added',
  item: { ...base, type: 'agent_message', status: 'in_progress', text: '' },
};
const call: Event = {
  type: 'item.added',
  item: { ...base, type: 'tool_call', status: 'in_progress', callId: 'call_1', name: 'double', arguments: '' },
};
const toolStarted: Event = { type: 'tool.started', itemId };

/** A writer to a log that takes `appendMs` for each append. */
function create(appendMs = 0) {
  const batches: Event[][] = [];
  const append = vi.fn(async (events: Event[]) => {
    if (appendMs > 0) await new Promise((resolve) => setTimeout(resolve, appendMs));
    batches.push(events);
  });
  return { writer: createEventWriter(append, Date.now), append, batches };
}

it('writes the first words at once, together with their item', async () => {
  const { writer, batches } = create();

  writer.write(message);
  writer.write(delta('Hel'));
  await vi.advanceTimersByTimeAsync(0);

  expect(batches).toEqual([[message, delta('Hel')]]);
});

it('writes the first words at once behind something that is no text', async () => {
  const { writer, batches } = create();
  writer.write({ type: 'notice', level: 'warning', message: 'Nobody knows what this costs.' });
  await vi.advanceTimersByTimeAsync(0);

  writer.write(message);
  writer.write(delta('Hel'));
  await vi.advanceTimersByTimeAsync(0);

  expect(batches.at(-1)).toEqual([message, delta('Hel')]);
});

it('does not write an item that has no words yet', async () => {
  const { writer, append } = create();

  writer.write(message);
  await vi.advanceTimersByTimeAsync(1_000);

  expect(append).not.toHaveBeenCalled();
});

it('gathers what follows for 40 ms and writes it as one', async () => {
  const { writer, batches } = create();
  writer.write(delta('Hel'));
  await vi.advanceTimersByTimeAsync(0);

  for (const text of ['lo', ', ', 'world']) writer.write(delta(text));
  await vi.advanceTimersByTimeAsync(39);
  const before = batches.length;
  await vi.advanceTimersByTimeAsync(1);

  expect(before).toBe(1);
  expect(batches[1]).toEqual([delta('lo, world')]);
});

it.each([
  [25, 100],
  [200, 800],
  [900, 1_000],
])('gathers longer for a log that takes %d ms: %d ms from one append to the next', async (appendMs, everyMs) => {
  const { writer, append } = create(appendMs);
  writer.write(delta('a'));
  await vi.advanceTimersByTimeAsync(appendMs);

  writer.write(delta('b'));
  await vi.advanceTimersByTimeAsync(everyMs - appendMs - 1);
  const before = append.mock.calls.length;
  await vi.advanceTimersByTimeAsync(1);

  expect(before).toBe(1);
  expect(append).toHaveBeenCalledTimes(2);
});

it('gathers for longer and longer once the first words are out, up to 120 ms', async () => {
  const { writer, append } = create();
  for (let elapsedMs = 0; elapsedMs < 2_000; elapsedMs += 5) {
    writer.write(delta('a'));
    await vi.advanceTimersByTimeAsync(5);
  }
  const before = append.mock.calls.length;

  for (let elapsedMs = 0; elapsedMs < 1_200; elapsedMs += 5) {
    writer.write(delta('a'));
    await vi.advanceTimersByTimeAsync(5);
  }

  expect(append.mock.calls.length - before).toBe(10);
});

it('does not let more than 8 KB wait', async () => {
  const { writer, batches } = create();
  writer.write(delta('a'));
  await vi.advanceTimersByTimeAsync(0);

  writer.write(delta('b'.repeat(5_000)));
  writer.write(delta('c'.repeat(5_000)));
  await vi.advanceTimersByTimeAsync(0);

  expect(batches).toHaveLength(2);
});

it.each([
  ['a call', call],
  ['a tool at work', toolStarted],
])('does not keep %s waiting, nor what was written before it', async (_name, event) => {
  const { writer, batches } = create();
  writer.write(delta('a'));
  await vi.advanceTimersByTimeAsync(0);

  writer.write(delta('b'));
  writer.write(event);
  await vi.advanceTimersByTimeAsync(0);

  expect(batches[1]).toEqual([delta('b'), event]);
});

it('keeps the order, one append at a time, and joins only neighbours', async () => {
  const { writer, append, batches } = create(10);
  const other = newId('itm');
  const events = [delta('a'), delta('b'), delta('x', other), delta('c'), done, toolStarted, delta('d')];

  for (const event of events) writer.write(event);
  const atOnce = append.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);

  expect(atOnce).toBe(1);
  expect(batches.flat()).toEqual([
    delta('a'),
    delta('b'),
    delta('x', other),
    delta('c'),
    done,
    toolStarted,
    delta('d'),
  ]);
});

describe('flush', () => {
  it('resolves when everything is written, without waiting for the time to come', async () => {
    const { writer, batches } = create(10);
    writer.write(delta('a'));
    writer.write(delta('b'));
    writer.write(done);

    const flushed = writer.flush();
    await vi.advanceTimersByTimeAsync(20);
    await flushed;

    expect(batches.flat()).toEqual([delta('a'), delta('b'), done]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('writes an item without words as well', async () => {
    const { writer, batches } = create();
    writer.write(message);

    await writer.flush();

    expect(batches).toEqual([[message]]);
  });

  it('has nothing to do when nothing was written', async () => {
    const { writer, append } = create();

    await writer.flush();

    expect(append).not.toHaveBeenCalled();
  });
});

describe('a log that fails', () => {
  const createFailing = () => {
    const append = vi.fn(() => Promise.reject(new Error('no log')));
    return { writer: createEventWriter(append, Date.now), append };
  };

  it('is told of by the next write and by flush, and is not asked again', async () => {
    const { writer, append } = createFailing();
    writer.write(delta('a'));
    writer.write(delta('b'));
    await vi.advanceTimersByTimeAsync(60_000);

    expect(() => writer.write(delta('c'))).toThrow('no log');
    await expect(writer.flush()).rejects.toThrow('no log');
    expect(append).toHaveBeenCalledTimes(1);
  });

  it('is told of by a flush that is under way', async () => {
    const { writer } = createFailing();
    writer.write(delta('a'));

    await expect(writer.flush()).rejects.toThrow('no log');
  });

  it('can be closed', async () => {
    const { writer } = createFailing();
    writer.write(delta('a'));

    await expect(writer.close()).resolves.toBeUndefined();
  });
});

it('writes nothing more once it is closed, and waits for the append under way', async () => {
  const { writer, batches } = create(10);
  writer.write(delta('a'));
  writer.write(delta('b'));

  const closed = writer.close();
  writer.write(toolStarted);
  await vi.advanceTimersByTimeAsync(10);
  await closed;
  await vi.advanceTimersByTimeAsync(60_000);

  expect(batches).toEqual([[delta('a')]]);
});
