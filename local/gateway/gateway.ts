// API Gateway and Lambda on one loopback port: HTTP API, streaming function URLs, WebSocket API and its management API.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Lambda } from '#local/aws/lambda.ts';
import { installAwslambda } from './awslambda.ts';
import { type CorsConfiguration, checkCors } from './cors.ts';
import { createCounters, type GatewayCounters } from './counters.ts';
import type { FunctionUrl } from './function-url.ts';
import { type HttpApiOptions, type StaticFiles, serveHttp } from './http-api.ts';
import { type GatewayLimits, limitsWith } from './limits.ts';
import { type ManagementApi, serveManagement } from './management-api.ts';
import { compileRoutes, type HttpRoute } from './routes.ts';
import { refuse, SocketApi, type SocketRoutes } from './socket-api.ts';

export interface GatewayOptions {
  /** 0 chooses a free one. */
  port: number;
  host?: '127.0.0.1' | '::1' | 'localhost';
  /** The WebSocket API's stage, which is also the path of its endpoint: `ws://…/local`. */
  stage?: string;
  lambdas: readonly Lambda[];
  httpRoutes?: readonly HttpRoute[];
  functionUrls?: readonly FunctionUrl[];
  socket?: SocketRoutes;
  cors?: CorsConfiguration;
  staticFiles?: StaticFiles;
  limits?: Partial<GatewayLimits>;
  /** Told of what a handler threw, of time-outs and of faults of the gateway itself. */
  onError?(lambda: string, error: unknown): void;
}

export interface Gateway {
  port: number;
  httpUrl: string;
  socketUrl: string;
  /** The endpoint for `@aws-sdk/client-apigatewaymanagementapi`. */
  managementUrl: string;
  counters: GatewayCounters;
  connectionIds(): string[];
  faults: { throttleNextPosts(count: number): void };
  /** Cuts a connection as a lost network would; false when there is none. */
  dropConnection(connectionId: string): boolean;
  dropAllConnections(): void;
  /** Closes every connection, lets handlers finish (`limits.shutdownMs` at most) and frees the port. */
  close(): Promise<void>;
}

/** Starts the gateway. Rejects with the error of `listen` (EADDRINUSE, for one) when it cannot. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  installAwslambda();
  const limits = limitsWith(options.limits);
  const stage = options.stage ?? 'local';
  const counters = createCounters();
  const lambda = findLambda(options);
  const onError = options.onError ?? (() => {});
  const work = new Set<Promise<unknown>>();
  const track = (promise: Promise<unknown>) => {
    const settled = promise.catch((error: unknown) => onError('gateway', error)).finally(() => work.delete(settled));
    work.add(settled);
  };
  const httpApi: HttpApiOptions = {
    apiId: 'localhttp',
    routes: compileRoutes(options.httpRoutes ?? []),
    functionUrls: options.functionUrls ?? [],
    lambda,
    cors: options.cors && checkCors(options.cors),
    staticFiles: options.staticFiles,
    limits,
    onError,
  };
  const socketApi = new SocketApi({
    ...(options.socket ?? { routes: {} }),
    ...{ apiId: 'localsocket', stage, lambda, limits, counters, onError, track },
  });
  const management: ManagementApi = {
    connections: socketApi.connections,
    limits,
    counters,
    faults: { postsToThrottle: 0 },
  };
  let closing = false;

  const server = createServer((request, response) => {
    if (request.url?.startsWith(`/${stage}/@connections/`)) {
      return track(guard(request, response, serveManagement(management, request, response)));
    }
    counters.httpRequests += 1;
    track(guard(request, response, serveHttp(httpApi, request, response)));
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const here = options.socket && (request.url ?? '').split('?')[0] === `/${stage}`;
    if (closing || !here) return refuse(stream, closing ? 503 : 403);
    track(socketApi.upgrade(request, stream, head));
  });
  // Longer than the SDK keeps its sockets, so that no post meets a connection that is just being closed.
  server.keepAliveTimeout = 65_000;
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port, host);
  const authority = `${host === '::1' ? '[::1]' : host}:${port}`;

  return {
    port,
    httpUrl: `http://${authority}`,
    socketUrl: `ws://${authority}/${stage}`,
    managementUrl: `http://${authority}/${stage}`,
    counters,
    connectionIds: () => [...socketApi.connections.keys()],
    faults: {
      throttleNextPosts: (count) => {
        management.faults.postsToThrottle = count;
      },
    },
    dropConnection: (connectionId) => {
      const connection = socketApi.connections.get(connectionId);
      connection?.drop();
      return connection !== undefined;
    },
    dropAllConnections: () => socketApi.dropAll(),
    close: async () => {
      if (closing) return;
      closing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const connection of socketApi.connections.values()) connection.close(1001, 'Going away');
      await settle(work, () => socketApi.connections.size === 0, limits.shutdownMs);
      socketApi.dropAll();
      server.closeAllConnections();
      await closed;
    },
  };
}

function findLambda(options: GatewayOptions): (name: string) => Lambda {
  const byName = new Map(options.lambdas.map((lambda) => [lambda.name, lambda]));
  const find = (name: string): Lambda => {
    const lambda = byName.get(name);
    if (!lambda) throw new Error(`no Lambda is called "${name}"`);
    return lambda;
  };
  const named = [...(options.httpRoutes ?? []), ...(options.functionUrls ?? [])].map((route) => route.lambda);
  const socket = options.socket ? Object.values(options.socket.routes) : [];
  for (const name of [...named, ...socket, ...(options.socket?.authorizer ? [options.socket.authorizer.lambda] : [])])
    find(name);
  return find;
}

/** A client that hangs up in the middle of its request is no fault; anything else is the gateway's own 500. */
async function guard(request: IncomingMessage, response: ServerResponse, served: Promise<void>): Promise<void> {
  try {
    await served;
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"Internal Server Error"}');
    throw error;
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen(port, host, () => {
    server.off('error', reject);
    resolve((server.address() as AddressInfo).port);
  });
  return promise;
}

/** Waits until nothing is running any more, or for `limitMs`. New work may start while it waits. */
async function settle(work: ReadonlySet<Promise<unknown>>, quiet: () => boolean, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while ((work.size > 0 || !quiet()) && Date.now() < deadline) {
    let timer: NodeJS.Timeout | undefined;
    const tick = new Promise((resolve) => {
      timer = setTimeout(resolve, Math.min(50, deadline - Date.now()));
    });
    await (work.size > 0 ? Promise.race([Promise.allSettled(work), tick]) : tick);
    clearTimeout(timer);
  }
}
