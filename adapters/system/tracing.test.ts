import { context, propagation, trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createMemoryLogger } from '#adapters/memory/memory-logger.ts';
import type { Tracer } from '#core/ports/tracer.ts';
import { startOtelSdk } from './otel-sdk.ts';
import { createOtelTracer } from './otel-tracer.ts';
import { traced } from './traced.ts';

const exporter = new InMemorySpanExporter();
let tracer: Tracer;
beforeAll(() => {
  const logger = createMemoryLogger();
  const options = { service: 'agent', stage: 'test', version: '1', endpoint: 'http://127.0.0.1:4318', logger };
  tracer = createOtelTracer(startOtelSdk({ ...options, exporter }));
});
beforeEach(() => exporter.reset());
afterAll(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

async function spans() {
  await tracer.flush();
  return exporter.getFinishedSpans();
}

it('nests spans, and returns what the work returns', async () => {
  const result = await tracer.span('outer', { runId: 'run_1' }, () => tracer.span('inner', {}, async () => 42));

  const [inner, outer] = await spans();
  expect(result).toBe(42);
  expect(outer).toMatchObject({ name: 'outer', attributes: { runId: 'run_1' } });
  expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
});

it('goes on with what another process began', async () => {
  const sent = await tracer.span('sends', {}, async () => tracer.traceparent());

  await tracer.continue(sent, () => tracer.span('receives', {}, async () => {}));

  const [sends, receives] = await spans();
  expect(sent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(receives?.spanContext().traceId).toBe(sends?.spanContext().traceId);
  expect(tracer.traceparent()).toBeUndefined();
});

it('marks what failed, without what was said about it', async () => {
  const failed = tracer.span('fails', {}, () => Promise.reject(new TypeError('hunter2')));

  await expect(failed).rejects.toThrow('hunter2');
  expect(JSON.stringify((await spans()).map(({ status }) => status))).toBe('[{"code":2,"message":"TypeError"}]');
});

it('traces the calls of a port that are named, and no others', async () => {
  const port = { ask: async (name: string) => `Hello ${name}`, other: async () => 1, size: 3 };
  const watched = traced(tracer, 'port', port, ['ask']);

  expect([await watched.ask('Ada'), await watched.other(), watched.size]).toEqual(['Hello Ada', 1, 3]);
  expect((await spans()).map(({ name }) => name)).toEqual(['port.ask']);
});
