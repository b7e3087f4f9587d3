import type { Clock } from '#core/ports/clock.ts';
import type { Event } from '#core/protocol/event.ts';

/** Appends events, in the order of the calls; resolves when they are durable. */
export type Append = (events: Event[]) => Promise<unknown>;

/** Gathers events on their way to the log, so that a fast model does not cost an append per token. */
export interface EventWriter {
  /** Takes an event. The first text goes out at once, later text is gathered; anything else is not kept waiting. Throws when an earlier append failed. */
  write(event: Event): void;
  /** Resolves when everything that was taken is durable. Rejects when it could not be written. */
  flush(): Promise<void>;
  /** Writes nothing more: what waits is dropped. Resolves when the append under way is over, however it ended. */
  close(): Promise<void>;
}

/**
 * How long text is gathered. The first words hurry, because somebody waits for them; then the interval grows to one that
 * still reads as a flow and costs a third. A slow log is written less often: what it cannot carry it need not be offered.
 */
const firstIntervalMs = 40;
const steadyIntervalMs = 120;
const intervalGrowth = 1.2;
const slowLogFactor = 4;
const maxIntervalMs = 1_000;
const maxWaitingLength = 8 * 1024;

/** One append at a time: what comes meanwhile waits for it and goes together. */
export function createEventWriter(append: Append, now: Clock): EventWriter {
  let waiting: Event[] = [];
  let waitingLength = 0;
  let isUrgent = false;
  let appending: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let nextAppendMs = 0;
  let intervalMs = firstIntervalMs;
  let failure: { error: unknown } | undefined;
  let closed = false;

  async function appendWaiting(): Promise<void> {
    const events = waiting;
    waiting = [];
    waitingLength = 0;
    isUrgent = false;
    const startedMs = now();
    try {
      await append(events);
    } catch (error) {
      failure = { error };
      return;
    }
    // Text is gathered behind text; the first words do not wait for having come behind a notice.
    if (!events.some(({ type }) => type === 'item.delta')) return;
    const tookMs = now() - startedMs;
    nextAppendMs = startedMs + Math.min(maxIntervalMs, Math.max(intervalMs, slowLogFactor * tookMs));
    intervalMs = Math.min(steadyIntervalMs, intervalMs * intervalGrowth);
  }

  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    appending = appendWaiting().finally(() => {
      appending = undefined;
      schedule();
    });
  }

  function schedule(): void {
    if (appending || failure || waiting.length === 0) return;
    const waitMs = isUrgent || waitingLength >= maxWaitingLength ? 0 : nextAppendMs - now();
    if (waitMs <= 0) start();
    else timer ??= setTimeout(start, waitMs);
  }

  function add(event: Event): void {
    const last = waiting.at(-1);
    if (event.type !== 'item.delta') {
      waiting.push(event);
    } else if (last?.type === 'item.delta' && last.itemId === event.itemId) {
      waiting[waiting.length - 1] = { ...last, text: last.text + event.text };
      waitingLength += event.text.length;
    } else {
      waiting.push(event);
      waitingLength += event.text.length;
    }
  }

  return {
    write(event) {
      if (failure) throw failure.error;
      if (closed) return;
      add(event);
      // A text item without its first words is nothing to see yet: it goes out with them.
      if (event.type === 'item.added' && event.item.type !== 'tool_call') return;
      if (event.type.startsWith('tool.') || event.type === 'item.added') isUrgent = true;
      schedule();
    },
    async flush() {
      while (!failure && (appending || waiting.length > 0)) {
        isUrgent = true;
        if (!appending) start();
        await appending;
      }
      if (failure) throw failure.error;
    },
    async close() {
      closed = true;
      waiting = [];
      clearTimeout(timer);
      await appending;
    },
  };
}
