import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One request and its answer, as they went through. */
export interface Exchange {
  /** The operation of an AWS JSON service, else the method. */
  readonly operation: string;
  readonly request: Buffer;
  readonly answer: Buffer;
}

/** Stands in front of a service of AWS and tells what goes through it. */
export interface CountingProxy {
  readonly url: string;
  /** Where requests go; set before the first one comes. */
  target: string;
  close(): void;
}

export interface ProxyOptions {
  /** Changes a request's body on its way. */
  readonly rewrite?: (operation: string, body: Buffer) => Buffer;
  readonly onExchange: (exchange: Exchange) => void;
}

export async function startCountingProxy({ rewrite, onExchange }: ProxyOptions): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    // A client that went away, or a target that stopped: the other side sees a broken connection too.
    forward(request, response).catch(() => response.destroy());
  });

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation =
      String(request.headers['x-amz-target'] ?? request.method)
        .split('.')
        .at(-1) ?? '';
    const original = await buffer(request);
    const body = rewrite ? rewrite(operation, original) : original;
    const { host: _, 'content-length': __, ...headers } = request.headers;
    const outgoing = send(new URL(request.url ?? '/', proxy.target), {
      method: request.method,
      headers: { ...headers, 'content-length': String(body.length) },
      agent,
    });
    const answered = Promise.withResolvers<IncomingMessage>();
    outgoing.once('response', answered.resolve).once('error', answered.reject).end(body);
    const incoming = await answered.promise;
    const answer = await buffer(incoming);
    onExchange({ operation, request: body, answer });
    const { 'transfer-encoding': ___, 'x-amz-crc32': ____, ...answerHeaders } = incoming.headers;
    response.writeHead(incoming.statusCode ?? 502, { ...answerHeaders, 'content-length': String(answer.length) });
    response.end(answer);
  }

  server.keepAliveTimeout = 65_000;
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: CountingProxy = {
    url: `http://127.0.0.1:${port}`,
    target: '',
    close() {
      server.closeAllConnections();
      server.close();
      agent.destroy();
    },
  };
  return proxy;
}
