import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request on its way from a worker, or the API, to one of the stores or the gateway. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  /** The operation of an AWS JSON protocol: `PutItem`; empty for others. */
  readonly operation: string;
  readonly body: string;
}

/** What becomes of a request. */
export type Fate =
  | { kind: 'pass' }
  /** Does something before the request goes on; `lost`: and it never does. */
  | { kind: 'before'; act: () => void; lost?: boolean }
  /** The request is carried out, then something happens, and the answer never comes. */
  | { kind: 'after'; act: () => void }
  /** The request is carried out, and the answer does not come for as long as somebody waits for it. */
  | { kind: 'hang' }
  /** The request is carried out after a while. */
  | { kind: 'late'; ms: number }
  /** Somebody answers in place of the store. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body: string }
  /** The connection breaks, and nothing was carried out. */
  | { kind: 'refuse' };

export type Decide = (passing: Passing) => Fate;

export interface FaultProxy {
  readonly url: string;
  /** Asked for every request; without a decision all pass. */
  decide(decide: Decide): void;
  stop(): Promise<void>;
}

/** A proxy that does to a process's requests what networks, overloaded stores and killers do to them. */
export async function startFaultProxy(upstream: () => string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  let decide: Decide = () => ({ kind: 'pass' });

  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const target = String(request.headers['x-amz-target'] ?? '');
    const fate = decide({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      operation: target.split('.').at(-1) ?? '',
      body: body.toString('utf8'),
    });
    switch (fate.kind) {
      case 'refuse':
        response.destroy();
        return;
      case 'answer':
        response.writeHead(fate.status, fate.headers ?? {}).end(fate.body);
        return;
      case 'before':
        fate.act();
        if (fate.lost) response.destroy();
        else await forward(request, body, response);
        return;
      case 'after':
        await forward(request, body, null);
        fate.act();
        response.destroy();
        return;
      case 'hang':
        await forward(request, body, null);
        return;
      case 'late':
        await new Promise((resolve) => setTimeout(resolve, fate.ms));
        await forward(request, body, response);
        return;
      case 'pass':
        await forward(request, body, response);
    }
  }

  /** Carries a request out; the answer goes to `response`, or nowhere. */
  async function forward(from: IncomingMessage, body: Buffer, response: ServerResponse | null): Promise<void> {
    const { host, port } = new URL(upstream());
    const onward = httpRequest({
      agent,
      host: host.split(':')[0],
      port,
      method: from.method,
      path: from.url,
      headers: from.headers,
    });
    onward.end(body);
    const [answer]: IncomingMessage[] = await once(onward, 'response');
    if (!answer) throw new Error('there was no answer');
    const content = await buffer(answer);
    response?.writeHead(answer.statusCode ?? 502, answer.headers).end(content);
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    decide: (next) => {
      decide = next;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
