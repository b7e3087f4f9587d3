import { type ErrorCode, retryableErrorCodes } from '#core/protocol/errors.ts';
import type { ToldError } from './told-error.ts';

/** Why a request had no answer, or not the one it asked for. The same for HTTP and the socket. */
export type CallFailure =
  /** No connection, or it was lost before the answer came: the request may have been carried out. */
  | { readonly reason: 'unreachable' }
  | { readonly reason: 'timed_out' }
  | { readonly reason: 'refused'; readonly error: ToldError };

export class CallError extends Error {
  readonly failure: CallFailure;

  constructor(failure: CallFailure, options?: ErrorOptions) {
    super(failureMessage(failure), options);
    this.name = new.target.name;
    this.failure = failure;
  }
}

/** What a person is told. */
export function failureMessage(failure: CallFailure): string {
  switch (failure.reason) {
    case 'unreachable':
      return 'Troupe could not be reached. Check your connection and try again.';
    case 'timed_out':
      return 'Troupe took too long to answer. Try again.';
    case 'refused':
      return failure.error.message;
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'Something unexpected went wrong.';

export const isRefusal = (error: unknown, ...codes: ErrorCode[]): boolean =>
  error instanceof CallError && error.failure.reason === 'refused' && isOneOf(codes, error.failure.error.code);

/** A refused token is replaced meanwhile: see socket-client.ts. */
const passing: readonly ErrorCode[] = [...retryableErrorCodes, 'unauthenticated', 'token_expired'];

/** Whether the same request may get through later, without anything that a person does about it. */
export const mayPass = (failure: CallFailure): boolean =>
  failure.reason !== 'refused' || isOneOf(passing, failure.error.code);

const isOneOf = (codes: readonly string[], code: string): boolean => codes.includes(code);
