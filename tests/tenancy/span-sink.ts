import { createServer } from 'node:http';
import { listen } from '../support/listen.ts';

/** A collector of traces: keeps what processes send over OTLP/HTTP, as they send it. */
export interface SpanSink {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly bodies: readonly string[];
  stop(): Promise<void>;
}

export async function startSpanSink(): Promise<SpanSink> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    bodies.push(Buffer.concat(parts).toString('utf8'));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const { url, stop } = await listen(server);
  return {
    url,
    bodies,
    stop,
  };
}
