import type { RateVerdict } from './domain/rate-limit.ts';
import type { ErrorBody, ErrorCode, ErrorDetail } from './protocol/errors.ts';

/** The one error that crosses our own seams. `code` is what the caller is told; `cause` is what really happened and stays inside. */
export class PlatformError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetail[] | undefined;
  /** For `rate_limited`: which limit it was, and when to come again. */
  readonly rate: RateVerdict | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: ErrorDetail[]; rate?: RateVerdict } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'PlatformError';
    this.code = code;
    this.details = options.details;
    this.rate = options.rate;
  }
}

/** The same answer for "does not exist" and "not yours", so that ids cannot be probed. */
export const notFound = (kind: string, id: string): PlatformError =>
  new PlatformError('not_found', `There is no ${kind} ${id} that you can see.`);

export const unavailable = (part: string, cause: unknown): PlatformError =>
  new PlatformError('unavailable', `${part} did not answer. Try again in a moment.`, { cause });

/** Whether a store did not answer, and may the next time. */
export const isUnavailable = (error: unknown): error is PlatformError =>
  error instanceof PlatformError && (error.code === 'unavailable' || error.code === 'project_unavailable');

/** Trouble with a workspace's own Supabase project, which is its setting `project`. */
export const projectTrouble = (
  code: 'project_unavailable' | 'project_unusable',
  message: string,
  cause?: unknown,
): PlatformError => new PlatformError(code, message, { cause, details: [{ path: 'project', message }] });

type ProjectTrouble = PlatformError & { readonly code: 'project_unavailable' | 'project_unusable' };

export const isProjectTrouble = (error: unknown): error is ProjectTrouble =>
  error instanceof PlatformError && (error.code === 'project_unavailable' || error.code === 'project_unusable');

/** What a caller is told of trouble on our side: that there is some, and nothing of what it is. */
const ourTrouble = {
  internal: 'Something went wrong on our side. It has been logged; try again in a moment.',
  unavailable: 'A part of the platform did not answer. Try again in a moment.',
};

/** What a caller is told of an error. Anything that is not a PlatformError is `internal`. */
export function toErrorBody(error: unknown, requestId?: string): ErrorBody {
  const request = requestId ? { requestId } : {};
  if (!(error instanceof PlatformError) || error.code === 'internal')
    return { code: 'internal', message: ourTrouble.internal, ...request };
  if (error.code === 'unavailable') return { code: 'unavailable', message: ourTrouble.unavailable, ...request };
  const { code, message, details, rate } = error;
  const again = rate && { retryAfterSeconds: rate.retryAfterSeconds };
  return { code, message, ...(details && { details }), ...again, ...request };
}
