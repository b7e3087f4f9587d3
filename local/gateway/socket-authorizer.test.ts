import { describe, expect, it } from 'vitest';
import { decide, hasIdentity } from './socket-authorizer.ts';

const policy = (...effects: string[]) => ({
  principalId: 'usr_1',
  policyDocument: { Statement: effects.map((Effect) => ({ Effect })) },
  context: { role: 'owner' },
});

describe('decide', () => {
  it('allows with the context of the policy', () => {
    expect(decide(policy('Allow'))).toEqual({
      allowed: true,
      context: { principalId: 'usr_1', integrationLatency: 0, role: 'owner' },
    });
  });

  it('lets a Deny win and refuses without an Allow', () => {
    expect(decide(policy('Allow', 'Deny'))).toEqual({ allowed: false, statusCode: 403 });
    expect(decide(policy())).toEqual({ allowed: false, statusCode: 403 });
  });

  it('calls an answer without a policy a fault', () => {
    expect(decide({ isAuthorized: true })).toEqual({ allowed: false, statusCode: 500 });
  });
});

describe('hasIdentity', () => {
  const request = { headers: { 'X-Ticket': 't' }, multiValueHeaders: {}, queryStringParameters: { ticket: '' } };

  it('finds headers whatever their case', () => {
    expect(hasIdentity(['route.request.header.x-ticket'], request)).toBe(true);
  });

  it('misses an empty or absent source', () => {
    expect(hasIdentity(['route.request.querystring.ticket'], request)).toBe(false);
    expect(hasIdentity(['route.request.header.x-ticket', 'route.request.header.Authorization'], request)).toBe(false);
  });
});
