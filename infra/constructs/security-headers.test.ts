import { expect, it } from 'vitest';
import { contentSecurityPolicy } from './security-headers.ts';

const directives = new Map(
  contentSecurityPolicy({ supabaseUrl: 'https://abc.supabase.co/auth' })
    .split('; ')
    .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]),
);

it('lets the page talk to itself and to its Supabase project only', () => {
  expect(directives.get('connect-src')).toEqual(["'self'", 'https://abc.supabase.co']);
});

it('runs no script from elsewhere and none inside the page', () => {
  expect(directives.get('script-src')).toEqual(["'self'"]);
  expect(directives.get('default-src')).toEqual(["'none'"]);
});

it('cannot be framed', () => {
  expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
});
