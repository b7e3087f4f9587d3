import { decodeJwt } from 'jose';
import * as z from 'zod';
import { emailExists } from './auth-admin.ts';
import { authError, json } from './replies.ts';
import type { Tokens } from './tokens.ts';
import type { Users } from './users.ts';

const minPasswordLength = 8;
const SignUp = z.looseObject({
  email: z.string().optional(),
  phone: z.string().optional(),
  data: z.record(z.string(), z.unknown()).nullish(),
});
const Change = z.object({
  email: z.email().toLowerCase().optional(),
  password: z.string().max(72).optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
const Session = z.looseObject({ access_token: z.string(), user: z.looseObject({ id: z.string() }) });
const SessionClaims = z.looseObject({ sub: z.string(), session_id: z.string() });
const SomeUser = z.looseObject({ id: z.uuid(), aud: z.string() });

type Fetch = (request: Request) => Promise<Response>;

/** A sign-up without an address and a number is an anonymous one: a real user, with a session from the start. */
export async function answerSignUp(users: Users, request: Request, serve: Fetch): Promise<Response> {
  const body = SignUp.safeParse(
    await request
      .clone()
      .json()
      .catch(() => undefined),
  );
  if (!body.success || body.data.email || body.data.phone) return serve(request);
  const refreshToken = await users.createAnonymous(body.data.data ?? {});
  return serve(
    new Request(new URL('/auth/v1/token?grant_type=refresh_token', request.url), {
      method: 'POST',
      headers: request.headers,
      body: JSON.stringify({ refresh_token: refreshToken }),
    }),
  );
}

/** An anonymous user who gives an address becomes a permanent one and keeps everything. Nothing is mailed on one machine. */
export async function answerUserChange(
  users: Users,
  userId: string,
  request: Request,
  serve: Fetch,
): Promise<Response> {
  const change = Change.safeParse(
    await request
      .clone()
      .json()
      .catch(() => undefined),
  );
  if (!change.success || !change.data.email || !(await users.isAnonymous(userId))) return serve(request);
  const { email, password, data } = change.data;
  if (password !== undefined && password.length < minPasswordLength) {
    return authError(422, 'weak_password', `Password should be at least ${minPasswordLength} characters.`);
  }
  if (await users.emailIsTaken(email, userId)) return emailExists();
  return json(200, await users.update(userId, { email, password, user_metadata: data }));
}

/** Completes what `@supabase/lite` answers: the token of a session gets all its claims, a user says whether it is anonymous. */
export async function completeAuthReply(users: Users, tokens: Tokens, response: Response): Promise<Response> {
  if (!response.ok || !response.headers.get('content-type')?.includes('json')) return response;
  const body: unknown = await response.clone().json();
  const session = Session.safeParse(body);
  if (session.success) {
    const { sub, session_id } = SessionClaims.parse(decodeJwt(session.data.access_token));
    const { token, expiresAt, isAnonymous } = await tokens.forSession(sub, session_id);
    const user = { ...session.data.user, is_anonymous: isAnonymous };
    return json(response.status, { ...session.data, access_token: token, expires_at: expiresAt, user });
  }
  const user = SomeUser.safeParse(body);
  if (!user.success) return response;
  return json(response.status, { ...user.data, is_anonymous: await users.isAnonymous(user.data.id) });
}
