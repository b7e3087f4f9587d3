import { describe, expect, it } from 'vitest';
import { notFound, PlatformError, toErrorBody, unavailable } from './errors.ts';
import { ErrorBody, ErrorCode } from './protocol/errors.ts';

describe('what a caller is told of an error', () => {
  it('is what the platform said, with the fields that are wrong', () => {
    const details = [{ path: 'agentId', message: 'must be an id' }];
    const error = new PlatformError('invalid_request', 'The request is not valid.', { details });

    expect(toErrorBody(error, 'req-1')).toEqual({
      code: 'invalid_request',
      message: 'The request is not valid.',
      details,
      requestId: 'req-1',
    });
  });

  it('is the same for what does not exist and what is not the caller’s', () => {
    expect(toErrorBody(notFound('thread', 'thr_1'))).toEqual({
      code: 'not_found',
      message: 'There is no thread thr_1 that you can see.',
    });
  });

  it.each([
    new Error('password=hunter2'),
    new PlatformError('internal', 'table hunter2 is missing', { details: [{ path: 'hunter2', message: 'hunter2' }] }),
    unavailable('The database at hunter2', new Error('hunter2')),
    new PlatformError('conflict', 'Something else was changed.', { cause: new Error('hunter2') }),
    'hunter2',
    null,
  ])('holds nothing of what really happened: %s', (error) => {
    const body = toErrorBody(error, 'req-1');

    expect(JSON.stringify(body)).not.toMatch(/hunter2|stack|cause/);
    expect(ErrorBody.parse(body)).toEqual(body);
    expect(body.requestId).toBe('req-1');
  });

  it.each(ErrorCode.options)('keeps the code %s', (code) => {
    expect(toErrorBody(new PlatformError(code, 'text')).code).toBe(code);
  });

  it('is not told, but kept for the log', () => {
    const cause = new Error('ECONNREFUSED');

    expect(unavailable('The log', cause)).toMatchObject({ cause, message: expect.stringContaining('The log') });
  });
});
