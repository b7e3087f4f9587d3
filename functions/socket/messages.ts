import * as z from 'zod';
import type { Principal } from '#core/domain/principal.ts';
import { PlatformError } from '#core/errors.ts';
import type { Connection } from '#core/ports/connection-store.ts';
import { ClientMessage, type OkReply } from '#core/protocol/socket.ts';
import type { ApiKeyScope } from '#core/protocol/workspace.ts';
import { assertScope, authenticate } from '#core/use-cases/authenticate.ts';
import { cancelRun } from '#core/use-cases/cancel-run.ts';
import { endConnection } from '#core/use-cases/end-connections.ts';
import { answerClientTool, resolveApproval } from '#core/use-cases/resolve-wait.ts';
import { startRun } from '#core/use-cases/start-run.ts';
import { subscribe, unsubscribe } from '#core/use-cases/subscribe.ts';
import { parseInput, parseJson } from '../middleware/parse.ts';
import type { SocketDeps } from './handler.ts';

/** Does what one message of a client asks for, and answers it. Errors: those of the use cases, and of a message that is none. */
export async function handleMessage(
  deps: SocketDeps,
  connectionId: string,
  text: string,
  requestId: string,
): Promise<OkReply> {
  const message = await parsedOrCounted(deps, connectionId, text);
  const caller = await callerOf(deps, connectionId, message);
  // A run is counted as such, while its place is looked for: its first word is not to wait for this.
  if (message.type !== 'run.start') await deps.limits.message(caller);
  assertScope(caller, scopes[message.type]);
  const ok = { id: message.id, type: 'ok' } as const;
  switch (message.type) {
    case 'ping':
      return ok;
    case 'auth.refresh':
      await refresh(deps, caller, message.token);
      return ok;
    case 'subscribe':
      return { ...ok, head: await subscribe(deps, caller, message) };
    case 'unsubscribe':
      await unsubscribe(deps, caller, message.stream);
      return ok;
    case 'run.start':
      return { ...ok, run: await startRun(deps, caller, message, requestId, (id) => deps.limits.run(caller, id)) };
    case 'run.cancel':
      await cancelRun(deps, caller, message.runId);
      return ok;
    case 'approval.resolve':
      await resolveApproval(deps, caller, { ...message, decision: message.resolution });
      return ok;
    case 'client_tool.output':
      await answerClientTool(deps, caller, message);
      return ok;
  }
}

/** What an API key needs for a message. */
const scopes: Record<ClientMessage['type'], ApiKeyScope> = {
  ping: 'read',
  'auth.refresh': 'read',
  subscribe: 'read',
  unsubscribe: 'read',
  'run.start': 'run',
  'run.cancel': 'run',
  'approval.resolve': 'run',
  'client_tool.output': 'run',
};

/** What is no message counts too: whoever sends nothing else is told to stop. */
async function parsedOrCounted(deps: SocketDeps, connectionId: string, text: string): Promise<ClientMessage> {
  try {
    return parseMessage(text);
  } catch (fault) {
    const connection = await deps.connections.get(connectionId);
    if (connection) await deps.limits.message(connection);
    throw fault;
  }
}

const Outline = z.object({ id: z.string().min(1).max(64), type: z.string() });
const knownTypes = new Set<string>(ClientMessage.options.map((option) => option.shape.type.value));

function parseMessage(text: string): ClientMessage {
  const raw = parseJson(text);
  const outline = Outline.safeParse(raw);
  if (outline.success && !knownTypes.has(outline.data.type)) {
    throw new PlatformError(
      'unknown_type',
      `This server does not know messages of the type "${outline.data.type.slice(0, 64)}".`,
    );
  }
  return parseInput(ClientMessage, raw);
}

/** The id of a message that could not be handled, if it has one, so that its sender knows which it was. */
export function messageId(text: string): string | null {
  try {
    return Outline.pick({ id: true }).parse(JSON.parse(text)).id;
  } catch {
    // It was no JSON, or had no id: that is what null says.
    return null;
  }
}

/** How long a client whose token has run out may take to send a new one before its connection is ended. */
const refreshGraceMs = 60_000;

async function callerOf(deps: SocketDeps, connectionId: string, message: ClientMessage): Promise<Connection> {
  const connection = await deps.connections.get(connectionId);
  if (!connection)
    throw new PlatformError('connection_unknown', 'This connection is not known any more. Connect again.');
  if (message.type !== 'auth.refresh' && connection.expiresAtMs <= deps.now()) {
    if (connection.expiresAtMs + refreshGraceMs <= deps.now()) await endConnection(deps, connectionId);
    throw new PlatformError(
      'token_expired',
      'The token of this connection has run out. Send auth.refresh with a new one.',
    );
  }
  return connection;
}

async function refresh(deps: SocketDeps, connection: Connection, token: string): Promise<void> {
  const principal = await authenticate(deps, token);
  if (principal.userId !== connection.userId || keyOf(principal) !== keyOf(connection)) {
    throw new PlatformError('forbidden', 'The new token belongs to somebody else. Connect anew to change the user.');
  }
  await deps.connections.refresh(connection.connectionId, principal.expiresAtMs);
}

const keyOf = (principal: Principal): string | null => (principal.kind === 'service' ? principal.apiKeyId : null);
