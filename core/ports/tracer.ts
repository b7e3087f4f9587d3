/** What a span is about. Never what people wrote, and no secret. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/**
 * Traces the way of a message through the stages of the platform. A tracer never changes what the traced work does: it
 * returns what the work returns and throws what it throws, also when nothing is exported.
 */
export interface Tracer {
  /** Runs `work` within a span; spans that begin inside are its children. A rejection marks the span as failed. */
  span<Result>(name: string, attributes: SpanAttributes, work: () => Promise<Result>): Promise<Result>;
  /** The current span as a W3C `traceparent` (https://www.w3.org/TR/trace-context/), to be sent along; undefined outside of any. */
  traceparent(): string | undefined;
  /** Runs `work` as a continuation of what another process began. */
  continue<Result>(traceparent: string | undefined, work: () => Promise<Result>): Promise<Result>;
  /** Sends what has been gathered; before a Lambda is frozen, or a process ends. Never rejects. */
  flush(): Promise<void>;
}

/** Traces nothing. */
export const noTracer: Tracer = {
  span: (_name, _attributes, work) => work(),
  traceparent: () => undefined,
  continue: (_traceparent, work) => work(),
  flush: async () => {},
};
