import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { PlatformError, toErrorBody } from '#core/errors.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { ErrorCode, Problem } from '#core/protocol/errors.ts';
import { rateHeaders } from './rate-limit.ts';

/** The HTTP status of each code. A new code does not compile until it has one. */
export const statusOf: Record<ErrorCode, number> = {
  invalid_request: 400,
  unknown_type: 400,
  unauthenticated: 401,
  token_expired: 401,
  ticket_invalid: 401,
  connection_unknown: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  idempotency_mismatch: 409,
  already_created: 409,
  after_beyond_head: 409,
  input_too_large: 413,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  project_unavailable: 503,
  project_unusable: 409,
  still_running: 504,
};

/** What a code means, in general. */
export const titleOf: Record<ErrorCode, string> = {
  invalid_request: 'The request is not what the route asks for',
  unknown_type: 'The message is of an unknown type',
  unauthenticated: 'It is not known who calls',
  token_expired: 'The token has run out',
  ticket_invalid: 'The ticket is not good',
  connection_unknown: 'The connection is not known any more',
  forbidden: 'The caller may not do this',
  not_found: 'There is no such thing',
  conflict: 'The thing does not allow this now',
  idempotency_mismatch: 'The request key was used for something else',
  already_created: 'The request was carried out before',
  after_beyond_head: 'The stream is not that long',
  input_too_large: 'The input is too large',
  rate_limited: 'Too many requests',
  internal: 'Something went wrong on our side',
  unavailable: 'A part of the platform did not answer',
  project_unavailable: 'The Supabase project of the workspace did not answer',
  project_unusable: 'The Supabase project of the workspace cannot be used',
  still_running: 'It has not ended yet',
};

/** Turns what a handler throws into a reply, in one place: problem details (RFC 9457). What happened inside stays in the log. */
export function errorReplies(
  logger: Logger,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error> {
  return {
    onError: (request) => {
      const { requestId, routeKey } = request.event.requestContext;
      const { message: detail, ...body } = toErrorBody(request.error, requestId);
      const status = statusOf[body.code];
      if (status >= 500) logger.error({ requestId, route: routeKey, error: request.error }, 'a request failed');
      const problem: Problem = {
        type: `/docs#${body.code}`,
        title: titleOf[body.code],
        status,
        detail,
        ...body,
      };
      const rate = request.error instanceof PlatformError ? request.error.rate : undefined;
      request.response = {
        statusCode: status,
        headers: {
          'content-type': 'application/problem+json',
          'cache-control': 'no-store',
          ...(status === 401 && { 'www-authenticate': 'Bearer' }),
          ...(rate && { ...rateHeaders(rate), 'retry-after': String(rate.retryAfterSeconds) }),
        },
        body: JSON.stringify(problem),
      };
    },
  };
}
