import type { Metrics } from '#core/ports/metrics.ts';
import type { SpanAttributes, Tracer } from '#core/ports/tracer.ts';

/** The same Lambda handler, with a span around each invocation. Its trace and its metrics are sent before the Lambda is frozen. */
export const observeInvocations =
  <Event, Rest extends unknown[], Result>(
    { tracer, metrics }: { readonly tracer: Tracer; readonly metrics: Metrics },
    name: string,
    handler: (event: Event, ...rest: Rest) => Promise<Result>,
    about: (event: Event) => SpanAttributes = () => ({}),
  ) =>
  (event: Event, ...rest: Rest): Promise<Result> =>
    tracer
      .span(name, about(event), () => handler(event, ...rest))
      .finally(() => {
        metrics.flush();
        return tracer.flush();
      });

/** The ids by which the spans of a request are found again from its log lines, and back. */
export const ofRequest = ({
  requestContext: { requestId, routeKey },
}: {
  readonly requestContext: { readonly requestId: string; readonly routeKey: string };
}): SpanAttributes => ({ requestId, route: routeKey });
