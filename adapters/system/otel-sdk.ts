import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from '#core/ports/logger.ts';

interface Options {
  readonly service: string;
  readonly stage: string;
  readonly version: string;
  /** The base address of an OTLP/HTTP collector (OTEL_EXPORTER_OTLP_ENDPOINT); spans are posted to `/v1/traces` there. */
  readonly endpoint: string;
  readonly logger: Logger;
  readonly exporter?: SpanExporter;
}

/** Installs the OpenTelemetry SDK in this process. Answers with how to send what has been gathered: it never rejects. */
export function startOtelSdk({ service, stage, version, endpoint, logger, exporter }: Options): () => Promise<void> {
  const url = new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.version': version,
      'deployment.environment.name': stage,
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter: exporter ?? new OTLPTraceExporter({ url }) })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return async () => {
    try {
      await provider.forceFlush();
    } catch (error) {
      logger.warn({ error }, 'traces could not be sent');
    }
  };
}
