import { describe, expect, it } from 'vitest';
import { checkCors, preflightHeaders, withCors } from './cors.ts';

const cors = {
  allowedOrigins: ['http://localhost:5173'],
  allowedHeaders: ['Authorization'],
  allowedMethods: ['GET', 'POST'],
  maxAgeSeconds: 600,
  allowCredentials: true,
};

describe('cors', () => {
  it('answers the preflight of an allowed origin', () => {
    expect(preflightHeaders(cors, 'http://localhost:5173')).toEqual({
      'access-control-allow-origin': 'http://localhost:5173',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '600',
      vary: 'origin',
    });
  });

  it('tells another origin nothing', () => {
    expect(preflightHeaders(cors, 'https://evil.example')).toEqual({});
    expect(withCors(cors, 'https://evil.example', { etag: '1' })).toEqual({ etag: '1' });
  });

  it("replaces the handler's own CORS headers", () => {
    const headers = withCors(cors, undefined, { 'access-control-allow-origin': '*', etag: '1' });

    expect(headers).toEqual({ etag: '1' });
  });

  it('never allows credentials for every origin', () => {
    expect(() => checkCors({ ...cors, allowedOrigins: ['*'] })).toThrow('credentials');
  });
});
