import { timingSafeEqual } from 'node:crypto';
import { answerAdmin } from './auth-admin.ts';
import { answerSignUp, answerUserChange, completeAuthReply } from './auth-sessions.ts';
import type { Database } from './database.ts';
import { authError, json, restError } from './replies.ts';
import type { RequestQueue } from './request-queue.ts';
import type { Claims, Tokens, Verdict } from './tokens.ts';
import type { Users } from './users.ts';

export interface GatewayParts {
  readonly database: Database;
  readonly queue: RequestQueue;
  readonly tokens: Tokens;
  readonly users: Users;
  readonly secretKey: string;
}

/** What stands before Supabase's services: it checks every token, adds what `@supabase/lite` lacks and queues the rest. */
export function createGateway(parts: GatewayParts): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const service = /^\/(auth|rest)\/v1(?:\/|$)/.exec(pathname)?.[1];
    if (pathname === '/health') return health(parts);
    if (service !== 'auth' && service !== 'rest') return json(404, { message: `there is nothing at ${pathname}` });

    const bearer = /^Bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]?.trim();
    // supabase-js sends its API key as a bearer too, as long as nobody is signed in.
    const verdict = bearer && !bearer.startsWith('sb_') ? await parts.tokens.verify(bearer) : undefined;
    if (verdict?.ok === false) return refuse(service, verdict);
    return parts.queue(async () => buffered(await answer(parts, request, pathname, verdict?.claims)));
  };
}

async function answer(
  parts: GatewayParts,
  request: Request,
  pathname: string,
  claims: Claims | undefined,
): Promise<Response> {
  const { database, users, tokens } = parts;
  const serve = async (forwarded: Request): Promise<Response> => database.app.fetch(forwarded);
  if (pathname.startsWith('/rest/')) return serve(request);

  if (pathname.startsWith('/auth/v1/admin/')) {
    const isService = claims
      ? claims.role === 'service_role'
      : isSame(request.headers.get('apikey') ?? '', parts.secretKey);
    return isService ? answerAdmin(users, request) : authError(403, 'not_admin', 'User not allowed');
  }
  const route = `${request.method} ${pathname}`;
  const reply =
    route === 'POST /auth/v1/signup'
      ? await answerSignUp(users, request, serve)
      : route === 'PUT /auth/v1/user' && claims?.sub
        ? await answerUserChange(users, claims.sub, request, serve)
        : await serve(request);
  return completeAuthReply(users, tokens, reply);
}

function refuse(service: 'auth' | 'rest', { reason }: Extract<Verdict, { ok: false }>): Response {
  if (service === 'auth') return authError(401, 'bad_jwt', `invalid JWT: it is ${reason}`);
  return reason === 'expired'
    ? restError(401, 'PGRST303', 'JWT expired')
    : restError(401, 'PGRST301', 'No suitable key or wrong key type');
}

async function health({ database, queue }: GatewayParts): Promise<Response> {
  await queue(() => database.query('select 1'));
  return json(200, { status: 'ok' });
}

/** Reads the body while the request still has the connection to itself: a lazy one could query later. */
async function buffered(response: Response): Promise<Response> {
  const body = response.body ? await response.arrayBuffer() : null;
  return new Response(body, { status: response.status, headers: response.headers });
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
