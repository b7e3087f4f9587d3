import * as z from 'zod';

/** What the stand-in reads from its environment. The secrets come from whoever starts it; it invents none. */
export const SupabaseEnv = z.object({
  /** 0 takes any free port. */
  PORT: z.coerce.number().int().min(0).max(65_535),
  /** The folder with the database; made if it is missing. */
  DATA_DIR: z.string().min(1),
  /** Signs and verifies every token (HS256). */
  JWT_SECRET: z.string().min(32),
  PUBLISHABLE_KEY: z.string().regex(/^sb_publishable_\w{16,}$/),
  SECRET_KEY: z.string().regex(/^sb_secret_\w{16,}$/),
  /** The address that clients use and that tokens name as their issuer; `http://127.0.0.1:<port>` if it is missing. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
});
export type SupabaseEnv = z.infer<typeof SupabaseEnv>;
