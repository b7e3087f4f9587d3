import type { Model, StreamEvent } from '@openai/agents';
import { APIConnectionError, APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { unavailable } from '#core/errors.ts';
import { ModelError } from './model-error.ts';
import { defaultRetryPolicy, pauseBeforeRetry, unlessStalled } from './model-retry.ts';
import { endsOf, impatient, runTask, sampleTask, textOf } from './testing.ts';

const answer = (status: number, headers: Record<string, string> = {}, code?: string) =>
  new APIError(status, { message: 'no', ...(code && { code }) }, undefined, new Headers(headers));
const nowMs = 1_800_000_000_000;
const pauseAfter = (errors: readonly unknown[], startedAtMs = nowMs) =>
  pauseBeforeRetry({ errors, startedAtMs, nowMs }, defaultRetryPolicy, () => 1);
const pause = (error: unknown, tries = 1, startedAtMs = nowMs) =>
  pauseAfter(Array.from({ length: tries }).fill(error), startedAtMs);

describe('another try', () => {
  it.each<[string, unknown]>([
    ['a request time-out', answer(408)],
    ['a conflict', answer(409)],
    ['too many requests', answer(429)],
    ['trouble at the provider', answer(503)],
    ['a connection that broke', new APIConnectionError({ message: 'gone' })],
    ['a cut stream', new TypeError('terminated')],
    ['a stalled model', new ModelError('model_stalled', 'It stalled.', { retry: 'often' })],
  ])('comes after %s, later each time and at most seven in all', (_name, error) => {
    expect([1, 2, 3, 4, 5, 6, 7].map((tries) => pause(error, tries))).toEqual([
      500,
      1_000,
      2_000,
      4_000,
      8_000,
      16_000,
      null,
    ]);
  });

  it.each<[string, unknown]>([
    ['an empty answer', new ModelError('model_bad_response', 'Nothing.', { retry: 'once' })],
    ['nonsense', new SyntaxError('{')],
  ])('comes once after %s', (_name, error) => {
    expect([pause(error, 1), pause(error, 2)]).toEqual([500, null]);
    expect([pauseAfter([answer(503), error]), pauseAfter([error, answer(503)])]).toEqual([1_000, 1_000]);
    expect(pauseAfter([error, answer(503), error])).toBeNull();
  });

  it.each<[string, unknown]>([
    ['a refused key', answer(401)],
    ['a request that makes no sense', answer(400)],
    ['an account that is used up', answer(429, {}, 'insufficient_quota')],
    ['a missing key', new ModelError('model_key_missing', 'Set one.')],
    ['a bug', new Error('x')],
  ])('does not come after %s', (_name, error) => {
    expect(pause(error)).toBeNull();
  });

  it('comes a little after the provider says, in whatever form, and not at all when that is too late', () => {
    expect(pause(answer(429, { 'retry-after-ms': '1234' }))).toBe(1_734);
    expect(pause(answer(429, { 'retry-after': '7' }))).toBe(7_500);
    expect(pause(answer(503, { 'retry-after': new Date(nowMs + 3_000).toUTCString() }))).toBe(3_500);
    expect(pause(answer(429, { 'retry-after': '600' }))).toBeNull();
    expect(pause(answer(503), 2, nowMs - defaultRetryPolicy.deadlineMs)).toBeNull();
  });

  it('does not come for all together that were refused together', () => {
    const refused = { errors: [answer(429, { 'retry-after': '7' })], startedAtMs: nowMs, nowMs };

    const pauses = [0, 0.5, 1].map((chance) => pauseBeforeRetry(refused, defaultRetryPolicy, () => chance));

    expect(pauses).toEqual([7_000, 7_250, 7_500]);
  });

  it.each(['0', '0.1', '-3', new Date(nowMs - 5_000).toUTCString()])(
    'comes no earlier than it would anyway when the provider says %s',
    (said) => {
      const error = answer(429, { 'retry-after': said });

      expect([2, 3, 4, 7].map((tries) => pause(error, tries))).toEqual([1_000, 2_000, 4_000, null]);
    },
  );
});

describe('a stream that says nothing', () => {
  const { signal } = new AbortController();
  const endless = { now: () => 0, endsAtMs: 600_000 };

  it('is given up, and its request is stopped', async () => {
    let stopped = false;
    const silent: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
    const guarded = unlessStalled(silent, {
      ...endless,
      wait: () => Promise.resolve(),
      stallMs: 60_000,
      signal,
      stop: () => {
        stopped = true;
      },
    });

    await expect(guarded.next()).rejects.toMatchObject({ code: 'model_stalled', retry: 'often' });
    expect(stopped).toBe(true);
  });

  it('is stopped when nobody reads it any more', async () => {
    const ended: string[] = [];
    async function* chunks() {
      try {
        yield 1;
        yield 2;
      } finally {
        ended.push('closed');
      }
    }
    const stop = () => void ended.push('stopped');

    for await (const _ of unlessStalled(chunks(), { ...impatient(), ...endless, stallMs: 60_000, signal, stop })) break;

    expect(ended.toSorted()).toEqual(['closed', 'stopped']);
  });

  it('is not, as long as something comes', async () => {
    async function* chunks() {
      yield 1;
      yield 2;
    }
    const { wait } = impatient();
    const seen: number[] = [];

    for await (const chunk of unlessStalled(chunks(), { ...endless, wait, stallMs: 60_000, signal, stop: () => {} }))
      seen.push(chunk);

    expect(seen).toEqual([1, 2]);
  });
});

describe('a stream that trickles', () => {
  const { signal } = new AbortController();
  /** Pauses before another try are over at once; whoever waits for a stream waits for ever. */
  const wait = (ms: number, until: AbortSignal) =>
    ms < 10_000
      ? Promise.resolve()
      : new Promise<void>((_, reject) => until.addEventListener('abort', reject, { once: true }));

  it('is cut when its time is up, however steadily it comes, and its request is stopped', async () => {
    let nowMs = 0;
    let stopped = false;
    async function* trickle() {
      for (;;) {
        nowMs += 10_000;
        yield nowMs;
      }
    }
    const seen: number[] = [];
    const read = async () => {
      const stop = () => {
        stopped = true;
      };
      const time = { now: () => nowMs, wait, stallMs: 60_000, endsAtMs: 600_000 };
      for await (const chunk of unlessStalled(trickle(), { ...time, signal, stop })) seen.push(chunk);
    };

    await expect(read()).rejects.toMatchObject({ code: 'model_stalled', retry: 'never' });
    expect(seen.at(-1)).toBe(600_000);
    expect(stopped).toBe(true);
  });

  it('is waited for no longer than the time that is left', async () => {
    const waited: number[] = [];
    const silent: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
    const guarded = unlessStalled(silent, {
      now: () => 590_000,
      wait: async (ms) => void waited.push(ms),
      stallMs: 60_000,
      endsAtMs: 600_000,
      signal,
      stop: () => {},
    });

    await expect(guarded.next()).rejects.toMatchObject({ code: 'model_stalled', retry: 'never' });
    expect(waited).toEqual([10_000]);
  });

  it('counts the time of all its tries', async () => {
    let nowMs = 0;
    let tries = 0;
    const model: Model = {
      getResponse: () => Promise.reject(new Error('only streams')),
      async *getStreamedResponse(): AsyncIterable<StreamEvent> {
        tries += 1;
        for (let chunk = 1; ; chunk += 1) {
          nowMs += 10_000;
          if (tries === 1 && chunk === 12) throw answer(503);
          yield { type: 'output_text_delta', delta: '.' };
        }
      },
    };

    const { steps } = await runTask(sampleTask(), {}, [], () => {}, {
      wait,
      now: () => nowMs,
      findModel: () => model,
      retry: defaultRetryPolicy,
    });

    expect(endsOf(steps)).toMatchObject([{ result: { status: 'failed', error: { code: 'model_stalled' } } }]);
    expect({ tries, nowMs }).toEqual({ tries: 2, nowMs: 600_000 });
  });
});

describe('a model that breaks off', () => {
  /** Fails so often, each time after it has said something, and then answers. */
  function createFlakyModel(failures: unknown[]): Model {
    const left = [...failures];
    return {
      getResponse: () => Promise.reject(new Error('only streams')),
      async *getStreamedResponse(): AsyncIterable<StreamEvent> {
        yield { type: 'output_text_delta', delta: `Try ${failures.length - left.length + 1}` };
        const failure = left.shift();
        if (failure) throw failure;
        const content = [{ type: 'output_text' as const, text: `Try ${failures.length + 1}` }];
        yield {
          type: 'response_done',
          response: {
            id: '',
            output: [{ type: 'message', role: 'assistant', status: 'completed', content }],
            usage: { requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2 },
          },
        };
      },
    };
  }

  it('is asked again, what it had said is dropped, and people are told', async () => {
    const waited: number[] = [];
    const model = createFlakyModel([answer(503), new TypeError('terminated')]);

    const { steps } = await runTask(sampleTask(), {}, [], () => {}, {
      ...impatient(waited),
      findModel: () => model,
      retry: defaultRetryPolicy,
    });

    expect(steps.filter(({ type }) => type === 'turn_dropped')).toEqual([
      {
        type: 'turn_dropped',
        keys: ['1:0'],
        message: expect.stringMatching(/out of order.* Trying again in 1 second\.$/),
      },
      { type: 'turn_dropped', keys: ['1:0'], message: expect.stringContaining('broke off') },
    ]);
    expect(textOf(steps.slice(steps.findLastIndex(({ type }) => type === 'turn_dropped')))).toBe('Try 3');
    expect(waited).toEqual([375, 750]);
    expect(endsOf(steps)).toEqual([{ type: 'ended', result: { status: 'completed' } }]);
  });

  it('ends the run when it does not stop to', async () => {
    const model = createFlakyModel(Array.from({ length: 9 }, () => answer(503)));

    const { steps, errors } = await runTask(sampleTask(), {}, [], () => {}, {
      ...impatient(),
      findModel: () => model,
      retry: { ...defaultRetryPolicy, mostTries: 3 },
    });

    expect(endsOf(steps)).toMatchObject([{ result: { status: 'failed', error: { code: 'model_unavailable' } } }]);
    expect(steps.filter(({ type }) => type === 'turn_dropped')).toHaveLength(2);
    expect(errors).toHaveLength(1);
  });

  it('is not to blame when its key cannot be looked up for a while: the run is left, to come back', async () => {
    const away = unavailable('The database', new Error('down'));
    const asked: string[] = [];
    const findModel = async (id: string) => {
      asked.push(id);
      throw new ModelError('model_unavailable', 'The key cannot be looked up.', { cause: away, retry: 'often' });
    };

    const run = runTask(sampleTask(), {}, [], () => {}, {
      ...impatient(),
      findModel,
      retry: { ...defaultRetryPolicy, mostTries: 3 },
    });

    await expect(run).rejects.toBe(away);
    expect(asked).toHaveLength(3);
  });
});
