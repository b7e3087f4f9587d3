import { errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import type { Database } from './database.ts';

/** The claims that Supabase puts into an access token (https://supabase.com/docs/guides/auth/jwt-fields). */
const Claims = z.looseObject({ sub: z.string().optional(), role: z.enum(['anon', 'authenticated', 'service_role']) });
export type Claims = z.infer<typeof Claims>;

export type Verdict = { ok: true; claims: Claims } | { ok: false; reason: 'expired' | 'invalid' };

const lifetimeSeconds = 3600;

export interface Tokens {
  /** Signature (HS256 and nothing else), expiry and role. Extra claims are welcome: SQL sees them in `auth.jwt()`. */
  verify(token: string): Promise<Verdict>;
  /** A session's access token as a hosted project writes it: `@supabase/lite` leaves out half of the claims. */
  forSession(userId: string, sessionId: string): Promise<{ token: string; expiresAt: number; isAnonymous: boolean }>;
}

interface SessionRow {
  email: string | null;
  phone: string | null;
  role: string;
  is_anonymous: boolean;
  app_metadata: Record<string, unknown>;
  user_metadata: Record<string, unknown>;
  aal: string;
  started_at: number;
}

const sessionSql = `select users.email, users.phone, users.role, users.is_anonymous, users.raw_app_meta_data as app_metadata,
    users.raw_user_meta_data as user_metadata, coalesce(sessions.aal, 'aal1') as aal,
    floor(extract(epoch from sessions.created_at))::integer as started_at
  from auth.sessions join auth.users on users.id = sessions.user_id where sessions.id = $1 and users.id = $2`;

export function createTokens(database: Database, options: { jwtSecret: string; publicUrl: string }): Tokens {
  const key = new TextEncoder().encode(options.jwtSecret);
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], requiredClaims: ['exp'] });
        const claims = Claims.safeParse(payload);
        return claims.success ? { ok: true, claims: claims.data } : { ok: false, reason: 'invalid' };
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { ok: false, reason: 'expired' };
        if (error instanceof errors.JOSEError) return { ok: false, reason: 'invalid' };
        throw error;
      }
    },

    async forSession(userId, sessionId) {
      const [row] = await database.query<SessionRow>(sessionSql, [sessionId, userId]);
      if (!row) throw new Error(`there is no session ${sessionId}`);
      const issuedAt = Math.floor(Date.now() / 1000);
      const token = await new SignJWT({
        email: row.email ?? '',
        phone: row.phone ?? '',
        app_metadata: row.app_metadata,
        user_metadata: row.user_metadata,
        role: row.role,
        aal: row.aal,
        amr: [{ method: row.is_anonymous ? 'anonymous' : 'password', timestamp: row.started_at }],
        session_id: sessionId,
        is_anonymous: row.is_anonymous,
      })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(`${options.publicUrl}/auth/v1`)
        .setAudience('authenticated')
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(key);
      return { token, expiresAt: issuedAt + lifetimeSeconds, isAnonymous: row.is_anonymous };
    },
  };
}
