import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { apiKeyPrefix } from '#core/domain/api-key.ts';
import type { Principal } from '#core/domain/principal.ts';
import { PlatformError } from '#core/errors.ts';
import { type Route, scopeOf } from '#core/protocol/route.ts';
import { type AuthenticateDeps, assertScope, authenticate, authenticatePerson } from '#core/use-cases/authenticate.ts';

export interface DoorDeps extends AuthenticateDeps {
  /** The name of the cookie in which Supabase's libraries for servers keep a session. */
  readonly sessionCookie: string;
  /** Pages beside the API's own origin that may use the cookie. */
  readonly webOrigins: readonly string[];
}

/** `sb-<first label of the project's host>-auth-token`: the name that supabase-js and @supabase/ssr give it. */
export const sessionCookieOf = (supabaseUrl: string): string =>
  `sb-${new URL(supabaseUrl).hostname.split('.')[0]}-auth-token`;

type Carrier = { readonly name: string; readonly identify: () => Promise<Principal> };

/** What a page must send along with a cookie: no other page can, without asking the API's CORS first. */
const csrfHeader = 'x-troupe-csrf';

/**
 * Who calls an HTTP route, and whether the route is for them. In this order: `Authorization: Bearer` with an access token or
 * an API key, the session cookie, `X-API-Key`; never more than one of them. No header can say who somebody is.
 * Errors: `unauthenticated`, `token_expired`, `forbidden`; `invalid_request` for two proofs at once.
 */
export async function authenticateRequest(
  deps: DoorDeps,
  event: APIGatewayProxyEventV2,
  routeKey: string,
  route: Route,
): Promise<Principal> {
  const carriers = [bearer(deps, event), cookie(deps, event), apiKey(deps, event)].filter((each) => each !== null);
  const [carrier, another] = carriers;
  if (!carrier) {
    throw new PlatformError('unauthenticated', 'Send your access token as "Authorization: Bearer …".');
  }
  if (another) {
    throw new PlatformError(
      'invalid_request',
      `Say who you are once: by ${carriers.map(({ name }) => name).join(' or ')}.`,
    );
  }
  const caller = await carrier.identify();
  if (caller.kind === 'service' && route.access === 'person')
    throw new PlatformError('forbidden', 'An API key cannot do this. Sign in and do it yourself.');
  assertScope(caller, scopeOf(routeKey, route));
  return caller;
}

function bearer(deps: DoorDeps, { headers }: APIGatewayProxyEventV2): Carrier | null {
  const header = headers['authorization'];
  if (header === undefined) return null;
  const [scheme, token, ...rest] = header.split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) {
    throw new PlatformError('unauthenticated', 'Send your access token as "Authorization: Bearer …".');
  }
  return { name: 'the header Authorization', identify: () => authenticate(deps, token) };
}

function apiKey(deps: DoorDeps, { headers }: APIGatewayProxyEventV2): Carrier | null {
  const key = headers['x-api-key'];
  if (key === undefined) return null;
  if (!key.startsWith(apiKeyPrefix)) throw new PlatformError('unauthenticated', 'This is no API key of ours.');
  return { name: 'the header X-API-Key', identify: () => authenticate(deps, key) };
}

function cookie(deps: DoorDeps, event: APIGatewayProxyEventV2): Carrier | null {
  const session = readCookie(event, deps.sessionCookie);
  if (session === null) return null;
  return {
    name: 'the session cookie',
    identify: () => {
      assertFromOurPage(deps, event);
      return authenticatePerson(deps, accessTokenOf(session));
    },
  };
}

/**
 * A browser sends cookies for any page that asks. So the page must show that it is ours: by a header that only a page which
 * CORS lets through can set, and by what the browser itself says about where the request comes from.
 */
function assertFromOurPage({ webOrigins }: DoorDeps, { headers }: APIGatewayProxyEventV2): void {
  const isSameOrigin = headers['sec-fetch-site'] === 'same-origin';
  const isKnownOrigin = headers['origin'] !== undefined && webOrigins.includes(headers['origin']);
  if (headers[csrfHeader] !== undefined && (isSameOrigin || isKnownOrigin)) return;
  throw new PlatformError('forbidden', `A request with a cookie needs the header ${csrfHeader}, and a page of ours.`);
}

/** A cookie may come in pieces: `<name>.0`, `<name>.1` and so on. */
function readCookie({ cookies = [] }: APIGatewayProxyEventV2, name: string): string | null {
  const values = new Map(
    cookies.map((text) => {
      const at = text.indexOf('=');
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const;
    }),
  );
  const whole = values.get(name);
  if (whole) return whole;
  let pieces = '';
  for (let index = 0; values.has(`${name}.${index}`); index += 1) pieces += values.get(`${name}.${index}`);
  return pieces === '' ? null : pieces;
}

const Session = z.object({ access_token: z.string().min(1) });

/** Supabase writes the session as JSON, in base64url behind `base64-` or with percent signs. */
function accessTokenOf(session: string): string {
  const prefix = 'base64-';
  try {
    const json = session.startsWith(prefix)
      ? Buffer.from(session.slice(prefix.length), 'base64url').toString('utf8')
      : decodeURIComponent(session);
    return Session.parse(JSON.parse(json)).access_token;
  } catch (cause) {
    throw new PlatformError('unauthenticated', 'The session cookie cannot be read. Sign in again.', { cause });
  }
}
