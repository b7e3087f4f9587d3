import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

const host = '127.0.0.1';
/** How long requests under way may take once the process is to end. */
const lastRequestsMs = 3000;
const maxBodyBytes = 20 * 1024 * 1024;
const localOrigin = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/;
const allowedMethods = 'GET, POST, PATCH, PUT, DELETE, HEAD, OPTIONS';
const exposedHeaders = 'content-range, content-location, preference-applied, x-total-count, x-sb-error-code';

type Answer = (request: Request) => Promise<Response>;

export interface HttpServer {
  readonly port: number;
  /** From here on requests are answered; before, they get 503. */
  serve(answer: Answer): void;
  /** Takes no more requests and waits for those under way. */
  close(): Promise<void>;
}

/** Listens on this machine only. Throws Node's error (`EADDRINUSE`) when the port is taken. */
export async function listen(port: number): Promise<HttpServer> {
  let answer: Answer = async () => Response.json({ message: 'starting' }, { status: 503 });
  const server = createServer((request, response) => {
    respond(request, response, answer).catch((error: unknown) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: portOf(server),
    serve: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), lastRequestsMs).unref();
      }),
  };
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answer): Promise<void> {
  const cors = corsHeaders(incoming);
  if (incoming.method === 'OPTIONS' && incoming.headers['access-control-request-method']) {
    outgoing.writeHead(204, cors).end();
    return;
  }
  const body = await readBody(incoming);
  const response =
    body === 'too large'
      ? Response.json({ message: 'the body is too large' }, { status: 413 })
      : await answer(toRequest(incoming, body));
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !name.startsWith('access-control-')));
  outgoing.writeHead(response.status, { ...headers, ...cors });
  outgoing.end(response.body ? Buffer.from(await response.arrayBuffer()) : undefined);
}

/** Web pages from this machine may call; to any other page the browser shows nothing. */
function corsHeaders({ headers }: IncomingMessage): Record<string, string> {
  const { origin } = headers;
  if (!origin || !localOrigin.test(origin)) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-allow-methods': allowedMethods,
    'access-control-allow-headers':
      headers['access-control-request-headers'] ?? 'authorization, apikey, content-type, x-client-info',
    'access-control-expose-headers': exposedHeaders,
    'access-control-max-age': '600',
  };
}

function toRequest(incoming: IncomingMessage, body: Buffer): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  const method = incoming.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  return new Request(new URL(incoming.url ?? '/', `http://${host}`), {
    method,
    headers,
    ...(hasBody ? { body: new Uint8Array(body) } : {}),
  });
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | 'too large'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  return bytes <= maxBodyBytes ? Buffer.concat(chunks) : 'too large';
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
