import type { PgliteConnection } from '@supabase/lite/pglite';
import * as z from 'zod';

const DatabaseError = z.object({
  code: z.string().regex(/^[0-9A-Z]{5}$/),
  message: z.string(),
  detail: z.string().optional(),
  hint: z.string().optional(),
});

/** What `@supabase/lite` turns into PostgREST's answer by itself. */
const known = /^(42|22|21|55|53|PT|23502|23503|23505|25006)/;

/**
 * `@supabase/lite` answers every SQLSTATE that it does not know with `SUP` and hides the code. PostgREST passes it on
 * (https://docs.postgrest.org/en/stable/references/errors.html), and our functions raise codes of their own.
 */
export function passOnSqlStates(connection: PgliteConnection): void {
  const normalize = connection.normalizeDbError.bind(connection);
  connection.normalizeDbError = (thrown) => {
    const error = DatabaseError.safeParse(thrown);
    if (!error.success || known.test(error.data.code)) return normalize(thrown);
    const { code, message, detail = null, hint = null } = error.data;
    // The form in which a database function dictates a whole answer: RAISE SQLSTATE 'PGRST'.
    return {
      code: 'PGRST',
      message: JSON.stringify({ code, message, details: detail, hint }),
      detail: JSON.stringify({ status: statusOf(code), headers: {} }),
    };
  };
}

function statusOf(code: string): number {
  if (code === 'P0001' || /^(23|0A|P1)/.test(code)) return 400;
  return /^(P0|40|57|58|XX|25|54)/.test(code) ? 500 : 400;
}
