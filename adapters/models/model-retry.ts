import { ModelBehaviorError } from '@openai/agents';
import { APIConnectionError, APIError } from 'openai';
import { isCutStream, ModelError } from './model-error.ts';

/** How often and how long a model is asked before its trouble becomes the run's. Times in milliseconds. */
export interface RetryPolicy {
  readonly mostTries: number;
  /** From the first try to the last one's beginning. */
  readonly deadlineMs: number;
  /** From the first try to the end of the answer, however steadily it comes. */
  readonly answerMs: number;
  /** A model that sends nothing for this long is given up. */
  readonly stallMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  mostTries: 7,
  deadlineMs: 180_000,
  answerMs: 600_000,
  stallMs: 60_000,
  firstPauseMs: 500,
  longestPauseMs: 30_000,
};

/** Time and chance, which tests bring along. */
export interface RetryWorld {
  readonly now: () => number;
  /** Resolves after so long; rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface Tried {
  /** Why each try has failed, the newest last. At least one. */
  readonly errors: readonly unknown[];
  readonly startedAtMs: number;
  readonly nowMs: number;
}

/** How long to wait before the next try; null when there is to be none. Pure. */
export function pauseBeforeRetry(tried: Tried, policy: RetryPolicy, random: () => number): number | null {
  const { errors } = tried;
  const error = errors.at(-1);
  const patience = patienceWith(error);
  if (patience === 'never' || errors.length >= policy.mostTries) return null;
  if (patience === 'once' && errors.filter((one) => patienceWith(one) === 'once').length > 1) return null;
  const growing = Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** (errors.length - 1));
  // What the provider asks for is the least: calls that it refused together are not to come back together, nor all tries at once.
  const askedMs = retryAfterMs(error, tried.nowMs) ?? 0;
  const pauseMs = Math.max(growing * (0.5 + random() / 2), askedMs && askedMs + policy.firstPauseMs * random());
  return tried.nowMs + pauseMs - tried.startedAtMs > policy.deadlineMs ? null : pauseMs;
}

const passingStatus: ReadonlySet<number> = new Set([408, 409, 429]);

/** A passing trouble may be tried again as often as the policy says, an answer that makes no sense once, and anything else never. */
function patienceWith(error: unknown): ModelError['retry'] {
  if (error instanceof ModelError) return error.retry;
  if (error instanceof APIConnectionError) return 'often';
  if (error instanceof APIError) {
    if (error.code === 'insufficient_quota') return 'never';
    if (error.status === undefined) return 'often';
    return passingStatus.has(error.status) || error.status >= 500 ? 'often' : 'never';
  }
  if (error instanceof SyntaxError || error instanceof ModelBehaviorError) return 'once';
  return isCutStream(error) ? 'often' : 'never';
}

/** What the provider asks for: `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110 §10.2.3). */
function retryAfterMs(error: unknown, nowMs: number): number | null {
  if (!(error instanceof APIError) || !error.headers) return null;
  const exact = error.headers.get('retry-after-ms');
  if (exact !== null && Number.isFinite(Number(exact))) return Math.max(0, Number(exact));
  const header = error.headers.get('retry-after');
  if (header === null) return null;
  if (Number.isFinite(Number(header))) return Math.max(0, Number(header) * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}

/**
 * Passes on what a stream gives, and throws when it gives nothing for too long, or is not over by `endsAtMs`. `stop` is to end the
 * request behind it.
 */
export async function* unlessStalled<Chunk>(
  chunks: AsyncIterable<Chunk>,
  {
    now,
    wait,
    stallMs,
    endsAtMs,
    signal,
    stop,
  }: Pick<RetryWorld, 'now' | 'wait'> & { stallMs: number; endsAtMs: number; signal: AbortSignal; stop: () => void },
): AsyncGenerator<Chunk> {
  const iterator = chunks[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      const leftMs = endsAtMs - now();
      if (leftMs <= 0) throw tooLong();
      const awake = new AbortController();
      const stalled = wait(Math.min(stallMs, leftMs), AbortSignal.any([signal, awake.signal])).then(
        () => 'stalled' as const,
        // The wait was not needed any more; what the stream says counts.
        () => new Promise<never>(() => {}),
      );
      const next = iterator.next();
      // When the stream is left behind, what it still throws is of no interest.
      next.catch(() => {});
      const first = await Promise.race([next, stalled]).finally(() => awake.abort());
      if (first === 'stalled') {
        if (leftMs <= stallMs) throw tooLong();
        const seconds = Math.round(stallMs / 1000);
        throw new ModelError('model_stalled', `The model sent nothing for ${seconds} seconds.`, { retry: 'often' });
      }
      if (first.done) {
        isOver = true;
        return;
      }
      yield first.value;
    }
  } finally {
    if (!isOver) {
      stop();
      // Not waited for: a stream that says nothing does not end either.
      iterator.return?.().catch(() => {});
    }
  }
}

const tooLong = () =>
  new ModelError(
    'model_stalled',
    'The model had not finished its answer when its time was up, and was stopped. Ask for less at once, or choose a faster model.',
  );
