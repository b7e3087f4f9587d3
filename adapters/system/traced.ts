import type { RunQueue } from '#core/ports/run-queue.ts';
import type { Tracer } from '#core/ports/tracer.ts';

/** The methods of a port that answer with a promise. */
type Asked<Port> = {
  [Key in keyof Port]: Port[Key] extends (...given: never[]) => Promise<unknown> ? Key : never;
}[keyof Port] &
  string;

/** The same port, with a span around each call of these methods: `log.append`, `store.openThread`. */
export function traced<Port extends object>(
  tracer: Tracer,
  name: string,
  port: Port,
  methods: readonly Asked<Port>[],
): Port {
  const names = new Set<string | symbol>(methods);
  return new Proxy(port, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property);
      if (typeof method !== 'function' || !names.has(property)) return method;
      return (...given: unknown[]) =>
        tracer.span(`${name}.${String(property)}`, {}, async () => Reflect.apply(method, target, given));
    },
  });
}

/** The same queue; each message carries where the trace goes on. */
export function tracedQueue(tracer: Tracer, queue: RunQueue): RunQueue {
  return {
    ...queue,
    send: (message, name) =>
      tracer.span('queue.send', { runId: message.runId }, () => {
        const traceparent = tracer.traceparent();
        return queue.send(traceparent ? { ...message, traceparent } : message, name);
      }),
  };
}
