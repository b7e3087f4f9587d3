import { describe, expect, it } from 'vitest';
import { toHttpResponse } from './http-response.ts';

describe('toHttpResponse', () => {
  it('answers 200 with JSON when the handler returned no status code', () => {
    const response = toHttpResponse({ ok: true });

    expect(response).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    expect(response?.body.toString()).toBe('{"ok":true}');
    expect(toHttpResponse('plain')?.body.toString()).toBe('plain');
  });

  it('takes status, headers, cookies and body of a structured answer', () => {
    const answer = {
      statusCode: 201,
      headers: { 'X-Count': 2 },
      cookies: ['a=1; Secure'],
      body: 'aGk=',
      isBase64Encoded: true,
    };

    expect(toHttpResponse(answer)).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'text/plain;charset=UTF-8', 'x-count': '2' },
      cookies: ['a=1; Secure'],
      body: Buffer.from('hi'),
    });
  });

  it.each([
    { statusCode: 'nope' },
    { statusCode: 200, body: { not: 'a string' } },
    { statusCode: 200, headers: { 'x-list': ['a'] } },
    { statusCode: 200, cookies: 'a=1' },
  ])('calls %j malformed', (answer) => {
    expect(toHttpResponse(answer)).toBeUndefined();
  });
});
