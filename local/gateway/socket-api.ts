// The WebSocket API: $connect, routes, $disconnect.
import { randomBytes, randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { invokeLambda, type Lambda, type Outcome } from '#local/aws/lambda.ts';
import type { GatewayCounters } from './counters.ts';
import { isRecord, toHeaders } from './http-response.ts';
import type { GatewayLimits } from './limits.ts';
import { compileRouteSelection, type SelectRoute } from './route-selection.ts';
import { authorize, hasIdentity, type SocketAuthorizer } from './socket-authorizer.ts';
import { SocketConnection } from './socket-connection.ts';
import {
  type ConnectionFacts,
  type ConnectRequest,
  connectEvent,
  connectRequest,
  disconnectEvent,
  messageEvent,
} from './socket-event.ts';

/** A WebSocket API as the infrastructure declares it. */
export interface SocketRoutes {
  /** Route key (`$connect`, `$disconnect`, `$default` or a selected value) → function name. */
  routes: Readonly<Record<string, string>>;
  routeSelectionExpression?: string;
  authorizer?: SocketAuthorizer;
}

export interface SocketApiOptions extends SocketRoutes {
  apiId: string;
  stage: string;
  lambda(name: string): Lambda;
  limits: GatewayLimits;
  counters: GatewayCounters;
  onError(lambda: string, error: unknown): void;
  /** Told of everything that `close()` has to wait for. */
  track(work: Promise<unknown>): void;
}

type Verdict = { accepted: true; protocol: string | undefined } | { accepted: false; statusCode: number };

export class SocketApi {
  readonly connections = new Map<string, SocketConnection>();
  readonly #options: SocketApiOptions;
  readonly #select: SelectRoute;
  readonly #protocols = new WeakMap<IncomingMessage, string>();
  readonly #server: WebSocketServer;
  readonly #pending = new Set<Duplex>();

  constructor(options: SocketApiOptions) {
    this.#options = options;
    this.#select = compileRouteSelection(options.routeSelectionExpression ?? '$request.body.type');
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: options.limits.messageBytes,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: (_offered, request) => this.#protocols.get(request) ?? false,
    });
  }

  /** Handles an upgrade: the client gets its 101 only when `$connect` has agreed. */
  async upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    stream.on('error', () => stream.destroy());
    stream.on('close', () => this.#pending.delete(stream));
    this.#pending.add(stream);
    const facts = this.#describe(request);
    const asked = connectRequest(request);
    const authorization = await this.#authorize(facts, asked);
    if (authorization !== 'allowed') return refuse(stream, authorization, facts.connectionId);
    const verdict = await this.#connect(facts, asked);
    if (!verdict.accepted) return refuse(stream, verdict.statusCode, facts.connectionId);
    if (verdict.protocol !== undefined) this.#protocols.set(request, verdict.protocol);
    let opened = false;
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      opened = true;
      this.#pending.delete(stream);
      this.#options.counters.socketConnects += 1;
      const connection = new SocketConnection(facts, { socket, stream }, this.#options.limits, {
        onMessage: (body) => this.#options.track(this.#message(connection, body)),
        onClose: (close) => this.#options.track(this.#disconnect(facts, close)),
      });
      this.connections.set(facts.connectionId, connection);
    });
    // The client left while $connect was running.
    if (!opened) await this.#disconnect(facts, { code: 1006, reason: 'Connection closed abnormally' });
  }

  /** Cuts everything off at once: open connections and upgrades that still wait for `$connect`. */
  dropAll(): void {
    for (const connection of this.connections.values()) connection.drop();
    for (const stream of this.#pending) stream.destroy();
  }

  #describe(request: IncomingMessage): ConnectionFacts {
    return {
      // As on AWS, an id that has to be percent-encoded in a path.
      connectionId: `${randomBytes(11).toString('base64url')}=`,
      connectedAt: Date.now(),
      domainName: request.headers.host ?? 'localhost',
      stage: this.#options.stage,
      apiId: this.#options.apiId,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      userAgent: request.headers['user-agent'] ?? '',
    };
  }

  async #authorize(facts: ConnectionFacts, asked: ConnectRequest): Promise<'allowed' | number> {
    const { authorizer, limits } = this.#options;
    if (!authorizer) return 'allowed';
    if (!hasIdentity(authorizer.identitySources, asked)) return 401;
    const lambda = this.#options.lambda(authorizer.lambda);
    const answer = await authorize(lambda, facts, asked, limits.socketIntegrationMs);
    if (answer.allowed) {
      facts.authorizer = answer.context;
      return 'allowed';
    }
    if (answer.error !== undefined) this.#options.onError(lambda.name, answer.error);
    return answer.statusCode;
  }

  async #connect(facts: ConnectionFacts, asked: ConnectRequest): Promise<Verdict> {
    const name = this.#options.routes['$connect'];
    if (name === undefined) return { accepted: true, protocol: undefined };
    const outcome = await this.#invoke(name, connectEvent(facts, asked));
    if (outcome.status === 'timed_out') return { accepted: false, statusCode: 504 };
    if (outcome.status === 'failed' || !isRecord(outcome.value)) return { accepted: false, statusCode: 502 };
    const statusCode = Number(outcome.value['statusCode']);
    if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599)
      return { accepted: false, statusCode: 502 };
    if (statusCode >= 300) return { accepted: false, statusCode };
    const headers = toHeaders(outcome.value['headers'] ?? {}) ?? {};
    return { accepted: true, protocol: headers['sec-websocket-protocol'] };
  }

  async #message(connection: SocketConnection, body: string): Promise<void> {
    this.#options.counters.socketMessages += 1;
    const selected = this.#select(body);
    const routeKey = !selected.startsWith('$') && selected in this.#options.routes ? selected : '$default';
    const name = this.#options.routes[routeKey];
    const notify = (message: string) =>
      connection.send(
        JSON.stringify({ message, connectionId: connection.facts.connectionId, requestId: randomUUID() }),
      );
    if (name === undefined) return void notify('Forbidden');
    const messageId = `${randomBytes(11).toString('base64url')}=`;
    const outcome = await this.#invoke(name, messageEvent(connection.facts, { routeKey, messageId, body }));
    if (outcome.status === 'timed_out') return void notify('Endpoint request timed out');
    if (outcome.status === 'failed') return void notify('Internal server error');
    const reply = isRecord(outcome.value) ? outcome.value['body'] : undefined;
    if (typeof reply !== 'string' || reply === '') return;
    if (Buffer.byteLength(reply) > this.#options.limits.messageBytes) return void notify('Internal server error');
    connection.send(reply);
  }

  async #disconnect(facts: ConnectionFacts, close: { code: number; reason: string }): Promise<void> {
    this.connections.delete(facts.connectionId);
    const name = this.#options.routes['$disconnect'];
    if (name !== undefined) await this.#invoke(name, disconnectEvent(facts, close));
  }

  async #invoke(name: string, event: unknown): Promise<Outcome> {
    const { limits, onError } = this.#options;
    const outcome = await invokeLambda(this.#options.lambda(name), event, limits.socketIntegrationMs);
    if (outcome.status === 'failed') onError(name, outcome.error);
    if (outcome.status === 'timed_out') onError(name, new Error('the integration timed out'));
    if (outcome.status === 'ok' && outcome.bytes > limits.lambdaAnswerBytes) {
      return { status: 'failed', error: new Error('the answer is larger than Lambda allows') };
    }
    return outcome;
  }
}

/** Answers an upgrade with a plain HTTP response. */
export function refuse(stream: Duplex, statusCode: number, connectionId?: string): void {
  const message = STATUS_CODES[statusCode] ?? 'Error';
  const body = JSON.stringify({ message, ...(connectionId && { connectionId }), requestId: randomUUID() });
  const head = [
    `HTTP/1.1 ${statusCode} ${message}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
