import { PlatformError, unavailable } from '#core/errors.ts';

const throttled: ReadonlySet<string> = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionConflictException',
]);

/** Waits for an answer of AWS. What the SDK throws becomes a PlatformError: `unavailable` when asking again may help, else `internal`. */
export async function answerOf<Answer>(part: string, request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    throw toPlatformError(part, error);
  }
}

export function toPlatformError(part: string, error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  if (isThrottled(error) || mayPass(statusOf(error))) return unavailable(part, error);
  return new PlatformError('internal', `${part} refused a request.`, { cause: error });
}

export const isThrottled = (error: unknown): boolean => throttled.has(errorName(error)) || statusOf(error) === 429;

export const errorName = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Without a status nothing answered at all: a time-out, a refused or a broken connection. */
const mayPass = (status: number | undefined): boolean => status === undefined || status >= 500;

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
