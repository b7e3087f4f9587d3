import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

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
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
