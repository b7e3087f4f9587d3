import type { PgliteConnection } from '@supabase/lite/pglite';
import * as z from 'zod';

/** What `@supabase/lite` knows about a request when it enters the database. */
const RequestVars = z.object({
  auth: z
    .object({
      role: z.enum(['anon', 'authenticated', 'service_role']).catch('anon'),
      jwt: z.looseObject({ sub: z.string().optional(), email: z.string().optional() }).nullish(),
    })
    .default({ role: 'anon' }),
});

const enterSql = `select set_config('request.jwt.claims', $2, true), set_config('request.jwt.claim.sub', $3, true),
  set_config('request.jwt.claim.role', $1, true), set_config('request.jwt.claim.email', $4, true), set_config('role', $1, true)`;

/**
 * Makes `@supabase/lite` respect the grants of our migrations, as a hosted project does.
 *
 * On its first request it grants ALL on every table of every schema with row level security to anon, authenticated and
 * service_role (`ensureRlsContext`), which would undo every revoke and every column grant. The roles are ours to make, see
 * database.ts. And one statement enters a request's role and claims instead of six.
 */
export function respectGrants(connection: PgliteConnection): void {
  replaceMethod(connection, 'ensureRlsContext', async () => true);
  replaceMethod(connection, 'applyJwtSessionContext', async (_transaction: unknown, vars: unknown) => {
    const { role, jwt } = RequestVars.parse(vars).auth;
    const claims = jwt ? JSON.stringify(jwt) : '';
    await connection.driver.query(enterSql, [role, claims, jwt?.sub ?? '', jwt?.email ?? '']);
  });
}

/** Both are private to the pinned version, so a newer one that has dropped them must not start unnoticed. */
function replaceMethod(connection: PgliteConnection, name: string, method: unknown): void {
  if (typeof Reflect.get(connection, name) !== 'function') {
    throw new Error(`this @supabase/lite has no ${name}: read its grants anew before changing local/supabase`);
  }
  Object.defineProperty(connection, name, { value: method });
}
