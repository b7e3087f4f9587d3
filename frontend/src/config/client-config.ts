import * as z from 'zod';
import { AuthProvider } from '#core/protocol/person.ts';

/** What the server that delivers this page tells it: `GET /config.json`. */
export const ClientConfig = z.object({
  /** Where the API is; empty for the origin of the page. */
  apiUrl: z.string(),
  socketUrl: z.string().regex(/^wss?:\/\//, 'must begin with ws:// or wss://'),
  supabaseUrl: z.string(),
  supabaseKey: z.string().min(1),
  stage: z.string(),
  /** Ways to sign in that are set up in Supabase Auth, beside e-mail and password. */
  authProviders: z.array(AuthProvider).default([]),
});
export type ClientConfig = z.infer<typeof ClientConfig>;

export type ConfigResult =
  | { readonly status: 'ready'; readonly config: ClientConfig }
  /** The server did not answer; it may later. */
  | { readonly status: 'unreachable' }
  /** It answered something else: somebody has to set it up. */
  | { readonly status: 'invalid'; readonly problems: readonly string[] };

export async function loadConfig(get: typeof fetch): Promise<ConfigResult> {
  let response: Response;
  try {
    response = await get('/config.json', { cache: 'no-store' });
  } catch {
    return { status: 'unreachable' };
  }
  if (response.status >= 500) return { status: 'unreachable' };
  const body: unknown = await response.json().catch(() => null);
  const parsed = ClientConfig.safeParse(body);
  if (response.ok && parsed.success) return { status: 'ready', config: parsed.data };
  return { status: 'invalid', problems: problemsOf(response, body, parsed.error) };
}

function problemsOf(response: Response, body: unknown, error: z.ZodError | undefined): string[] {
  if (!response.ok) return [`the server answered ${response.status}`];
  if (body === null) return ['what the server answered is not JSON'];
  return (error?.issues ?? []).map((issue) => `${issue.path.join('.') || 'the document'}: ${issue.message}`);
}
