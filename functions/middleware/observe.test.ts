import { expect, it } from 'vitest';
import { createMemoryMetrics } from '#adapters/memory/memory-metrics.ts';
import { noTracer, type SpanAttributes } from '#core/ports/tracer.ts';
import { observeInvocations, ofRequest } from './observe.ts';

it('puts a span around an invocation, and sends it and what was counted also when the invocation fails', async () => {
  const told: (string | SpanAttributes)[] = [];
  const tracer = {
    ...noTracer,
    span: <Result>(name: string, attributes: SpanAttributes, work: () => Promise<Result>) => {
      told.push(name, attributes);
      return work();
    },
    flush: async () => void told.push('flushed'),
  };
  const event = { requestContext: { requestId: 'request-1', routeKey: 'GET /v1/me' } };
  const metrics = createMemoryMetrics();
  const fails = () => {
    metrics.record('DeadLetters', 1);
    return Promise.reject(new Error('no'));
  };
  const handler = observeInvocations({ tracer, metrics }, 'api', fails, ofRequest);

  await expect(handler(event)).rejects.toThrow('no');
  expect(told).toEqual(['api', { requestId: 'request-1', route: 'GET /v1/me' }, 'flushed']);
  expect(metrics.flushed).toEqual([{ DeadLetters: [1] }]);
});
