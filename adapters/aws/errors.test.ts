import { expect, it } from 'vitest';
import { PlatformError } from '#core/errors.ts';
import { answerOf } from './errors.ts';

const failure = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('secret details'), { name, $metadata: { httpStatusCode } });

it.each([
  ['TimeoutError', undefined, 'unavailable'],
  ['InternalServerError', 500, 'unavailable'],
  ['ServiceUnavailable', 503, 'unavailable'],
  ['ThrottlingException', 400, 'unavailable'],
  ['ProvisionedThroughputExceededException', 400, 'unavailable'],
  ['ValidationException', 400, 'internal'],
  ['AccessDeniedException', 400, 'internal'],
])('reports %s (%s) as %s and keeps the cause inside', async (name, status, code) => {
  const cause = failure(name, status);

  const error: unknown = await answerOf('The store', Promise.reject(cause)).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(PlatformError);
  expect(error).toMatchObject({ code, cause });
  expect(String(error)).not.toContain('secret');
});

it('passes an answer and our own errors on', async () => {
  const own = new PlatformError('conflict', 'ours');

  expect(await answerOf('The store', Promise.resolve(7))).toBe(7);
  await expect(answerOf('The store', Promise.reject(own))).rejects.toBe(own);
});
