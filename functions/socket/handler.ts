import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import type { Principal } from '#core/domain/principal.ts';
import { PlatformError, toErrorBody } from '#core/errors.ts';
import type { TicketStore } from '#core/ports/connection-store.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { SocketGateway } from '#core/ports/socket-gateway.ts';
import type { ToolGrantStore } from '#core/ports/tool-grant-store.ts';
import { bearerProtocolPrefix, type ErrorReply, type OkReply, socketProtocol } from '#core/protocol/socket.ts';
import { type AuthenticateDeps, assertSessionStands, authenticate } from '#core/use-cases/authenticate.ts';
import type { Deps, Spending } from '#core/use-cases/deps.ts';
import type { RateLimits } from '#core/use-cases/rate-limits.ts';
import { statusOf } from '../middleware/errors.ts';
import { handleMessage, messageId } from './messages.ts';

export interface SocketDeps extends Deps, AuthenticateDeps, Pick<Spending, 'budgets' | 'counters' | 'ledger'> {
  readonly journal: Journal;
  readonly toolGrants: ToolGrantStore;
  readonly sockets: SocketGateway;
  readonly tickets: TicketStore;
  readonly limits: RateLimits;
}

/** What API Gateway sends for `$connect`; the types of @types/aws-lambda leave the connect's own fields out. */
export type SocketEvent = APIGatewayProxyWebsocketEventV2 & {
  headers?: Record<string, string | undefined>;
  queryStringParameters?: Record<string, string | undefined>;
};

type Result = Exclude<APIGatewayProxyResultV2, string>;

/** The handler of the socket API: lets clients in, forgets them, and answers each of their messages exactly once. */
export function createSocketHandler(deps: SocketDeps): (event: SocketEvent) => Promise<Result> {
  return async (event) => {
    const { routeKey, connectionId, requestId } = event.requestContext;
    switch (routeKey) {
      case '$connect':
        return connect(deps, event);
      case '$disconnect':
        await deps.connections.close(connectionId);
        return { statusCode: 200 };
      default:
        return { statusCode: 200, body: JSON.stringify(await answer(deps, event, connectionId, requestId)) };
    }
  };
}

async function connect(deps: SocketDeps, event: SocketEvent): Promise<Result> {
  const { connectionId, requestId } = event.requestContext;
  const offered = offeredProtocols(event);
  try {
    const holder = await identify(deps, event, offered);
    await deps.limits.message(holder);
    await deps.connections.open({ ...holder, connectionId });
    await assertStillStands(deps, holder, connectionId);
    return {
      statusCode: 200,
      ...(offered.includes(socketProtocol) && { headers: { 'Sec-WebSocket-Protocol': socketProtocol } }),
    };
  } catch (error) {
    const { code } = toErrorBody(error);
    if (statusOf[code] >= 500) deps.logger.error({ requestId, error }, 'a connect failed');
    return { statusCode: statusOf[code] };
  }
}

/** Whoever signs out everywhere while a connect is under way ends what is open; this one was not open yet. */
async function assertStillStands(deps: SocketDeps, holder: Principal, connectionId: string): Promise<void> {
  try {
    await assertSessionStands(deps, holder);
  } catch (error) {
    await deps.connections.close(connectionId);
    throw error;
  }
}

/** By a ticket in the URL, which is worth nothing once used, or by a token among the sub-protocols, which no log shows. */
async function identify(deps: SocketDeps, event: SocketEvent, offered: readonly string[]): Promise<Principal> {
  const ticket = event.queryStringParameters?.['ticket'];
  if (ticket) {
    const holder = await deps.tickets.redeem(ticket, deps.now());
    if (!holder)
      throw new PlatformError('ticket_invalid', 'The ticket was used before, is too old, or is none of ours.');
    await assertSessionStands(deps, holder);
    return holder;
  }
  const token = offered.find((protocol) => protocol.startsWith(bearerProtocolPrefix));
  if (!token) throw new PlatformError('unauthenticated', 'Connect with a ticket or a bearer sub-protocol.');
  return authenticate(deps, token.slice(bearerProtocolPrefix.length));
}

function offeredProtocols(event: SocketEvent): string[] {
  const header = Object.entries(event.headers ?? {}).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol');
  return (header?.[1] ?? '').split(',').map((protocol) => protocol.trim());
}

async function answer(
  deps: SocketDeps,
  event: SocketEvent,
  connectionId: string,
  requestId: string,
): Promise<OkReply | ErrorReply> {
  const text = event.body ?? '';
  try {
    return await handleMessage(deps, connectionId, text, requestId);
  } catch (error) {
    const body = toErrorBody(error, requestId);
    if (statusOf[body.code] >= 500) deps.logger.error({ requestId, connectionId, error }, 'a message failed');
    return { id: messageId(text), type: 'error', error: body };
  } finally {
    // A Lambda is frozen when it returns.
    await deps.publisher.flush();
  }
}
