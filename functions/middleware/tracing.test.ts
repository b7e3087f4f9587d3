import { expect, it } from 'vitest';
import { noTracer, type SpanAttributes } from '#core/ports/tracer.ts';
import { ofRequest, traceInvocations } from './tracing.ts';

it('puts a span around an invocation, and sends it also when the invocation fails', async () => {
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
  const handler = traceInvocations(tracer, 'api', () => Promise.reject(new Error('no')), ofRequest);

  await expect(handler(event)).rejects.toThrow('no');
  expect(told).toEqual(['api', { requestId: 'request-1', route: 'GET /v1/me' }, 'flushed']);
});
