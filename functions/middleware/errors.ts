import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { toErrorBody } from '#core/errors.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { ErrorCode } from '#core/protocol/errors.ts';

/** The HTTP status of each code. A new code does not compile until it has one. */
export const statusOf: Record<ErrorCode, number> = {
  invalid_request: 400,
  unknown_type: 400,
  unauthenticated: 401,
  token_expired: 401,
  ticket_invalid: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  idempotency_mismatch: 409,
  after_beyond_head: 409,
  input_too_large: 413,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
};

/** Turns what a handler throws into a reply, in one place. What happened inside stays in the log. */
export function errorReplies(
  logger: Logger,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error> {
  return {
    onError: (request) => {
      const { requestId } = request.event.requestContext;
      const body = toErrorBody(request.error, requestId);
      const status = statusOf[body.code];
      if (status >= 500) logger.error({ requestId, error: request.error }, 'a request failed');
      request.response = {
        statusCode: status,
        headers: {
          'content-type': 'application/json',
          ...(status === 401 && { 'www-authenticate': 'Bearer' }),
        },
        body: JSON.stringify({ error: body }),
      };
    },
  };
}
