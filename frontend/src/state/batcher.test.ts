import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBatcher } from './batcher.ts';

describe('createBatcher', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('hands over the first value at once and the others together', () => {
    const handOver = vi.fn();
    const batcher = createBatcher<number>(50, handOver);

    batcher.add([1]);
    batcher.add([2]);
    batcher.add([3, 4]);
    vi.advanceTimersByTime(50);

    expect(handOver.mock.calls).toEqual([[[1]], [[2, 3, 4]]]);
  });

  it('keeps its pace while values come, and is at once again after a pause', () => {
    const handOver = vi.fn();
    const batcher = createBatcher<number>(50, handOver);

    for (let value = 0; value < 100; value += 1) {
      batcher.add([value]);
      vi.advanceTimersByTime(10);
    }
    const batches = handOver.mock.calls.length;
    vi.advanceTimersByTime(200);
    handOver.mockClear();
    batcher.add([100]);

    expect(batches).toBeLessThanOrEqual(21);
    expect(handOver).toHaveBeenCalledExactlyOnceWith([100]);
  });

  it('hands over early when it is asked, and nothing that was cleared', () => {
    const handOver = vi.fn();
    const batcher = createBatcher<number>(50, handOver);

    batcher.add([1]);
    batcher.add([2]);
    batcher.flush();
    batcher.add([3]);
    batcher.clear();
    vi.advanceTimersByTime(200);

    expect(handOver.mock.calls).toEqual([[[1]], [[2]]]);
  });
});
