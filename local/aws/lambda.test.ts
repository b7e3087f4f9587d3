import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createContext, invokeLambda } from './lambda.ts';

describe('invokeLambda', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('returns what the handler returned and how many bytes that is', async () => {
    const outcome = await invokeLambda({ name: 'api', handler: async (event: string) => ({ event }) }, 'é');

    expect(outcome).toEqual({ status: 'ok', value: { event: 'é' }, bytes: 14 });
  });

  it('turns a missing answer into null, as JSON would', async () => {
    expect(await invokeLambda({ name: 'api', handler: async () => undefined }, {})).toMatchObject({ value: null });
  });

  it('reports what the handler threw instead of rejecting', async () => {
    const error = new Error('no');

    const outcome = await invokeLambda(
      {
        name: 'api',
        handler: () => {
          throw error;
        },
      },
      {},
    );

    expect(outcome).toEqual({ status: 'failed', error });
  });

  it("gives up at the shorter of the caller's limit and the function's time-out", async () => {
    const outcome = invokeLambda({ name: 'api', handler: () => new Promise(() => {}), timeoutMs: 60_000 }, {}, 29_000);

    await vi.advanceTimersByTimeAsync(29_000);

    expect(await outcome).toEqual({ status: 'timed_out' });
  });

  it('tells the handler how much of its own time remains', async () => {
    const remaining = (_event: unknown, context: Context) => context.getRemainingTimeInMillis();

    const outcome = await invokeLambda({ name: 'api', handler: remaining, timeoutMs: 60_000 }, {}, 29_000);

    expect(outcome).toMatchObject({ value: 60_000 });
  });
});

describe('createContext', () => {
  it('names the function and gives each request its own id', () => {
    const lambda = { name: 'api', handler: () => {} };

    const contexts = [createContext(lambda, 0), createContext(lambda, 0)];

    expect(contexts[0]).toMatchObject({ functionName: 'api', logGroupName: '/aws/lambda/api' });
    expect(contexts[0]?.awsRequestId).not.toBe(contexts[1]?.awsRequestId);
  });
});
