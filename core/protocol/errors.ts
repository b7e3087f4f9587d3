import * as z from 'zod';

/**
 * Why a request was refused. One list for HTTP, the socket and the web client; the HTTP status of each stands in
 * functions/middleware/errors.ts.
 */
export const ErrorCode = z.enum([
  /** The request does not have the shape that the route or message asks for; `details` names the fields. */
  'invalid_request',
  /** A socket message has a type that this server does not know. */
  'unknown_type',
  /** No token, or one that does not verify. */
  'unauthenticated',
  /** The token was good once; get a new one and try again. */
  'token_expired',
  /** A socket ticket that was used before, is too old, or was never issued. */
  'ticket_invalid',
  /** On the socket: the connection has been forgotten, and nothing was done of the message. Connect again, and send it there. */
  'connection_unknown',
  /** The caller is known, but may not do this. */
  'forbidden',
  /** There is no such thing, or the caller may not know of it. */
  'not_found',
  /** The thing is not in a state that allows this. */
  'conflict',
  /** The same clientRequestId came before with another content. */
  'idempotency_mismatch',
  /** The same clientRequestId has made this before, and what is secret of it is told once only; `details` names its id. */
  'already_created',
  /** `after` lies beyond the newest event of the stream. */
  'after_beyond_head',
  /** The input is larger than the platform takes. */
  'input_too_large',
  'rate_limited',
  /** A part that the platform needs did not answer; the same request may work later. */
  'unavailable',
  /** The workspace's own Supabase project did not answer; the same request may work later. */
  'project_unavailable',
  /** The workspace's own Supabase project is not what its setting says: its keys are refused, or migrations are missing. An owner or admin mends it. */
  'project_unusable',
  'internal',
  /** What was to be stopped is being stopped, but has not ended in time. */
  'still_running',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** The codes after which the same request may succeed when it is sent again unchanged. */
export const retryableErrorCodes: readonly ErrorCode[] = [
  'rate_limited',
  'unavailable',
  'project_unavailable',
  'internal',
  'still_running',
];

export const ErrorDetail = z.object({ path: z.string(), message: z.string() });
export type ErrorDetail = z.infer<typeof ErrorDetail>;

/** What a caller is told: over HTTP as a `Problem`, on the socket inside its error reply. */
export const ErrorBody = z.object({
  code: ErrorCode,
  message: z.string(),
  details: z.array(ErrorDetail).optional(),
  /** For `rate_limited`: when the same request may be sent again. */
  retryAfterSeconds: z.number().int().nonnegative().optional(),
  requestId: z.string().optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** What an error answers over HTTP, as `application/problem+json` (RFC 9457); `code`, `details` and the rest are ours. */
export const Problem = z.object({
  /** Where the code is described, relative to the API. */
  type: z.string(),
  /** The same for every problem of this code. */
  title: z.string(),
  status: z.number().int(),
  /** What is wrong this time, for a person. */
  detail: z.string(),
  ...ErrorBody.omit({ message: true }).shape,
});
export type Problem = z.infer<typeof Problem>;

/** What a problem tells of its error. Its code is what the reader takes for one: a newer server may have others. */
export const errorOfProblem = <Told extends Omit<Problem, 'code'>>(problem: Told) => {
  const { type: _, title: __, status: ___, detail, ...rest } = problem;
  return { ...rest, message: detail };
};

/** Why a run failed, in words that a person can act on. */
export const RunErrorCode = z.enum([
  'model_unknown',
  'model_key_missing',
  'model_key_refused',
  'model_rate_limited',
  'model_unavailable',
  'model_stream_cut',
  'model_bad_response',
  'model_refused_request',
  'model_stalled',
  'turn_limit',
  'token_limit',
  'cost_limit',
  'budget_stopped',
  /** A person let the run end after a call that was cut off. */
  'call_interrupted',
  /** What the run would do now is not what its journal says; nothing was done again. */
  'replay_diverged',
  'agent_missing',
  /** The workspace's own Supabase project, which holds its threads, cannot be worked with. */
  'project_unusable',
  'worker_lost',
  'internal',
]);
export type RunErrorCode = z.infer<typeof RunErrorCode>;

export const RunError = z.object({ code: RunErrorCode, message: z.string() });
export type RunError = z.infer<typeof RunError>;
