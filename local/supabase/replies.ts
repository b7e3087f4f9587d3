/** Answers in the shapes of Supabase's own services, which supabase-js reads. */

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}

/** As Supabase Auth says it. */
export function authError(status: number, code: string, message: string): Response {
  return json(status, { code: status, error_code: code, msg: message }, { 'x-sb-error-code': code });
}

/** As PostgREST says it. */
export function restError(status: number, code: string, message: string): Response {
  return json(status, { code, message, details: null, hint: null });
}
