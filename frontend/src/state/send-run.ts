import type { ThreadId } from '#core/protocol/ids.ts';
import { maxSocketFrameBytes } from '#core/protocol/limits.ts';
import type { RunAccepted } from '#core/protocol/socket.ts';
import { bytesAsJson } from '#core/protocol/text.ts';
import type { Api } from '../http/api.ts';
import type { SocketClient, SocketRequest } from '../socket/socket-client.ts';
import type { OutboxEntry } from './outbox.ts';

interface SendRunDeps {
  readonly api: Api;
  readonly socket: Pick<SocketClient, 'request'>;
  /** A thread was made for the entry; a retry must use it and not make another one. */
  readonly onThreadMade: (threadId: ThreadId) => void;
}

/** What the socket's client adds to a request, and a reserve. */
const envelopeBytes = 2 * 1024;

/**
 * API Gateway closes a connection at a frame beyond its limit, and a browser sends each message as one frame: what is longer
 * goes over HTTP. Depends on the entry alone, so a retry takes the same way.
 */
export function wayOf(entry: OutboxEntry): 'socket' | 'http' {
  const { request } = entry;
  if (!('input' in request)) return 'socket';
  return bytesAsJson(request.input.text) > maxSocketFrameBytes - envelopeBytes ? 'http' : 'socket';
}

/** Asks for the run of an entry. Throws `CallError`; may be repeated. */
export async function sendRun(entry: OutboxEntry, { api, socket, onThreadMade }: SendRunDeps): Promise<RunAccepted> {
  const { target, request, clientRequestId } = entry;
  if (wayOf(entry) === 'http') {
    const threadId = await threadFor(entry, api, onThreadMade);
    return api('POST /v1/threads/{threadId}/runs', { path: { threadId }, body: { ...request, clientRequestId } });
  }
  const message: SocketRequest = { type: 'run.start', ...target, ...request, clientRequestId };
  const { run } = await socket.request(message);
  if (!run) throw new Error('The server did not say whether it took the message.');
  return run;
}

async function threadFor(
  { target, madeThreadId }: OutboxEntry,
  api: Api,
  onThreadMade: SendRunDeps['onThreadMade'],
): Promise<ThreadId> {
  if ('threadId' in target) return target.threadId;
  if (madeThreadId) return madeThreadId;
  const thread = await api('POST /v1/threads', { body: { agentId: target.agentId } });
  onThreadMade(thread.id);
  return thread.id;
}
