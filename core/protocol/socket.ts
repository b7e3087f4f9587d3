import * as z from 'zod';
import { ApprovalDecision } from './approval.ts';
import { ErrorBody } from './errors.ts';
import { AnyEnvelope, Stream } from './event.ts';
import { AgentId, ApprovalId, ClientRequestId, ItemId, RunId, Seq, ThreadId } from './ids.ts';
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

const runRequest = {
  /** Who is to answer. A new thread needs one; in one that exists it is who has the conversation, unless another agent is named. Not with `retryOf` or `steer`. */
  agentId: AgentId.optional(),
  /** A new message to answer. */
  input: MessageInput.optional(),
  /** A run that failed or was stopped, to be tried again from where it got to: what its models and tools have done is not done again. */
  retryOf: RunId.optional(),
  /** A run that has ended, whose message is to be answered anew, from scratch, as another branch. */
  regenerate: RunId.optional(),
  /** With `input`: the run whose message this one is instead of, as another branch. */
  replaces: RunId.optional(),
  /** With `input`: the run that it comes after, if that is not the newest of the thread. */
  after: RunId.optional(),
  /** With `input`: what happens while another run works. `queue` waits for its turn, `steer` is read by that run at its next turn (and is a run of its own when none works). */
  delivery: z.enum(['queue', 'steer']).optional(),
  clientRequestId: ClientRequestId,
};

/** Exactly one of `input`, `retryOf` and `regenerate`; the others only as they say. */
const asksOneThing = (request: z.infer<z.ZodObject<typeof runRequest>>) =>
  [request.input, request.retryOf, request.regenerate].filter((given) => given !== undefined).length === 1;
const refinesInput = ({ input, replaces, after, delivery }: z.infer<z.ZodObject<typeof runRequest>>) =>
  input !== undefined || (replaces === undefined && after === undefined && delivery === undefined);

export const RunRequest = z
  .strictObject(runRequest)
  .refine(asksOneThing, { message: 'give exactly one of input, retryOf and regenerate', path: ['input'] })
  .refine(refinesInput, { message: 'replaces, after and delivery go with an input', path: ['input'] });
export type RunRequest = z.infer<typeof RunRequest>;

/** What a client made of a call that it carried out: an output, or why it could not. */
export const ClientToolOutput = z
  .strictObject({
    output: z
      .string()
      .max(64 * 1024)
      .transform(storableText)
      .optional(),
    error: z.string().min(1).max(2_000).transform(storableText).optional(),
  })
  .refine(({ output, error }) => (output === undefined) !== (error === undefined), {
    message: 'give either output or error',
    path: ['output'],
  });
export type ClientToolOutput = z.infer<typeof ClientToolOutput>;

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
    ...runRequest,
  }),
  message('run.cancel', { runId: RunId }),
  /** The first decision counts; the same one again is ok, another one is a `conflict`. */
  message('approval.resolve', { runId: RunId, approvalId: ApprovalId, resolution: ApprovalDecision }),
  /** The result of a call that the run waits for. The first one counts. `itemId` is the call's item. */
  message('client_tool.output', { runId: RunId, itemId: ItemId, result: ClientToolOutput }),
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
