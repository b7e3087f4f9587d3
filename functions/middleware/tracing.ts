import type { SpanAttributes, Tracer } from '#core/ports/tracer.ts';

/** The same Lambda handler, with a span around each invocation; its trace is sent before the Lambda is frozen. */
export const traceInvocations =
  <Event, Rest extends unknown[], Result>(
    tracer: Tracer,
    name: string,
    handler: (event: Event, ...rest: Rest) => Promise<Result>,
    about: (event: Event) => SpanAttributes = () => ({}),
  ) =>
  (event: Event, ...rest: Rest): Promise<Result> =>
    tracer.span(name, about(event), () => handler(event, ...rest)).finally(tracer.flush);

/** The ids by which the spans of a request are found again from its log lines, and back. */
export const ofRequest = ({
  requestContext: { requestId, routeKey },
}: {
  readonly requestContext: { readonly requestId: string; readonly routeKey: string };
}): SpanAttributes => ({ requestId, route: routeKey });
