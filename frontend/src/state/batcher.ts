export interface Batcher<T> {
  add(values: readonly T[]): void;
  /** Hands over now what has been gathered. */
  flush(): void;
  /** Forgets what has been gathered. */
  clear(): void;
}

/**
 * Gathers values: the first after a pause are handed over at once, then at most every `intervalMs`. Drawing each delta of
 * a fast answer by itself would drop most frames.
 */
export function createBatcher<T>(intervalMs: number, handOver: (values: readonly T[]) => void): Batcher<T> {
  let gathered: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    if (gathered.length === 0) return;
    const values = gathered;
    gathered = [];
    handOver(values);
  };
  const tick = () => {
    timer = undefined;
    if (gathered.length === 0) return;
    flush();
    timer = setTimeout(tick, intervalMs);
  };

  return {
    add(values) {
      gathered.push(...values);
      if (timer !== undefined) return;
      flush();
      timer = setTimeout(tick, intervalMs);
    },
    flush,
    clear() {
      gathered = [];
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
