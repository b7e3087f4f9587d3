import type { RetryWorld } from './model-retry.ts';
import type { FunctionCall } from './scope.ts';

/**
 * How long tools may take to stop that have been told to. Together with the second in which a cancel arrives well below what a kill
 * waits for (core/use-cases/kill-run.ts).
 */
const patienceMs = 10_000;

interface LeftCall extends Pick<FunctionCall, 'key' | 'name'> {
  readonly durationMs: number;
}

/** The calls of server tools that a run has under way. */
export interface ToolsAtWork {
  begin(call: Pick<FunctionCall, 'key' | 'name'>): void;
  /** Its result is written down. A call that was never begun changes nothing. */
  end(key: string): void;
  /** Waits until none is at work, for a while. */
  untilIdle(): Promise<void>;
  /** Those that are at work now. */
  left(): readonly LeftCall[];
}

export function createToolsAtWork({ wait }: Pick<RetryWorld, 'wait'>): ToolsAtWork {
  const open = new Map<string, { readonly name: string; readonly startedAtMs: number }>();
  let tellIdle = () => {};

  return {
    begin({ key, name }) {
      open.set(key, { name, startedAtMs: performance.now() });
    },
    end(key) {
      open.delete(key);
      if (open.size === 0) tellIdle();
    },
    async untilIdle() {
      if (open.size === 0) return;
      const awake = new AbortController();
      const idle = new Promise<void>((resolve) => {
        tellIdle = resolve;
      });
      // It rejects when it is not needed any more, and then nobody listens.
      const tired = wait(patienceMs, awake.signal).catch(() => {});
      await Promise.race([idle, tired]).finally(() => awake.abort());
    },
    left: () =>
      [...open].map(([key, { name, startedAtMs }]) => ({
        key,
        name,
        durationMs: Math.round(performance.now() - startedAtMs),
      })),
  };
}
