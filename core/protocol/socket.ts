import * as z from 'zod';
import { ErrorBody } from './errors.ts';
import { AnyEnvelope, Stream } from './event.ts';
import { AgentId, ClientRequestId, ItemId, RunId, Seq, ThreadId } from './ids.ts';
import { maxInputBytes } from './limits.ts';
import { bytesAsJson, storableText } from './text.ts';

/** The sub-protocol that a client offers, beside `bearer.<jwt>` when it has no ticket. The server answers with this one. */
export const socketProtocol = 'troupe.v1';
export const bearerProtocolPrefix = 'bearer.';

/** Close codes of our own (RFC 6455 §7.4.2 leaves 4000–4999 to applications). */
export const closeCodes = { unauthenticated: 4010 } as const;

export const MessageText = z
  .string()
  .refine((text) => bytesAsJson(text) <= maxInputBytes, {
    message: `must be at most ${maxInputBytes / 1024} KB of UTF-8`,
    params: { code: 'input_too_large' },
    abort: true,
  })
  .refine((text) => text.trim() !== '', 'must not be empty')
  .transform(storableText);

export const MessageInput = z.strictObject({ text: MessageText });
export type MessageInput = z.infer<typeof MessageInput>;

/** A new message to answer, or a failed run to try again; never both. */
export const RunRequest = z
  .strictObject({
    input: MessageInput.optional(),
    retryOf: RunId.optional(),
    clientRequestId: ClientRequestId,
  })
  .refine((request) => (request.input === undefined) !== (request.retryOf === undefined), {
    message: 'give either input or retryOf',
    path: ['input'],
  });
export type RunRequest = z.infer<typeof RunRequest>;

const message = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ id: z.string().min(1).max(64), type: z.literal(type), ...shape });

/** What a client says. Each message has exactly one reply, which carries its `id`. */
export const ClientMessage = z.discriminatedUnion('type', [
  /** Registers first, then replays all events after `after`, so that nothing falls between. */
  message('subscribe', { stream: Stream, after: Seq }),
  message('unsubscribe', { stream: Stream }),
  /** Without `threadId` a new thread with `agentId` is made. */
  message('run.start', {
    threadId: ThreadId.optional(),
    agentId: AgentId.optional(),
    input: MessageInput.optional(),
    retryOf: RunId.optional(),
    clientRequestId: ClientRequestId,
  }),
  message('run.cancel', { runId: RunId }),
  /** A fresh token for the same user; the connection goes on under it. */
  message('auth.refresh', { token: z.string().min(1).max(16_384) }),
  message('ping', {}),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

/** What an accepted run is answered with, on the socket and over HTTP. */
export const RunAccepted = z.object({ runId: RunId, threadId: ThreadId, inputItemId: ItemId });
export type RunAccepted = z.infer<typeof RunAccepted>;

export const OkReply = z.object({
  id: z.string(),
  type: z.literal('ok'),
  /** For `subscribe`: the newest seq when the replay began. */
  head: Seq.optional(),
  /** For `run.start`. */
  run: RunAccepted.optional(),
});
export type OkReply = z.infer<typeof OkReply>;

/** `id` is null when the message had none that could be read. */
export const ErrorReply = z.object({ id: z.string().nullable(), type: z.literal('error'), error: ErrorBody });
export type ErrorReply = z.infer<typeof ErrorReply>;

/**
 * Events of a stream, in order. A push is a hint and may be lost: a client that finds a gap in `seq`, or a `head` beyond
 * what it has, asks for the rest by `subscribe` or `GET …/events`.
 */
export const EventsPush = z.object({
  type: z.literal('events'),
  stream: Stream,
  events: z.array(AnyEnvelope),
  head: Seq,
});
export type EventsPush = z.infer<typeof EventsPush>;

export const ServerMessage = z.discriminatedUnion('type', [OkReply, ErrorReply, EventsPush]);
export type ServerMessage = z.infer<typeof ServerMessage>;
