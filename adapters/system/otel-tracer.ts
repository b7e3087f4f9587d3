import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Tracer } from '#core/ports/tracer.ts';

/**
 * Traces through the OpenTelemetry API. What becomes of the spans is for the SDK that a process has installed
 * (adapters/system/otel-sdk.ts, or the layer of a Lambda); without one they cost next to nothing and go nowhere.
 */
export function createOtelTracer(flush: () => Promise<void> = async () => {}): Tracer {
  const tracer = trace.getTracer('troupe');
  return {
    span: (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await work();
        } catch (error) {
          // The message may quote what a person or a model wrote; the log has it, under the same ids.
          span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
          throw error;
        } finally {
          span.end();
        }
      }),
    traceparent() {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      return carrier['traceparent'];
    },
    continue: (traceparent, work) =>
      traceparent ? context.with(propagation.extract(context.active(), { traceparent }), work) : work(),
    flush,
  };
}
