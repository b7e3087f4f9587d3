import * as z from 'zod';

const seconds = (fallback: number) => z.coerce.number().positive().default(fallback);

const shared = {
  /** `local`, `dev`, `staging` or `prod`: written into every log line. */
  STAGE: z.string().default('local'),
  VERSION: z.string().default('dev'),
};

const data = {
  LOG_TABLE: z.string(),
  RUNS_TABLE: z.string(),
  CONNECTIONS_TABLE: z.string(),
  COUNTERS_TABLE: z.string(),
  JOURNAL_TABLE: z.string(),
  /** Object storage: long tool outputs and journal entries. */
  BLOBS_BUCKET: z.string(),
  /** The management endpoint of the socket API: `https://<id>.execute-api.<region>.amazonaws.com/<stage>`. */
  SOCKET_ENDPOINT: z.url(),
  SUPABASE_URL: z.url(),
  SUPABASE_PUBLISHABLE_KEY: z.string().min(1),
  /** Signs and verifies tokens (HS256). In AWS it comes from Secrets Manager: SUPABASE_JWT_SECRET_ARN names the secret. */
  SUPABASE_JWT_SECRET: z.string().min(32),
};

const queue = { RUN_QUEUE_URL: z.url() };

/** The HTTP API, and the socket's handler. */
export const ApiEnv = z.object({ ...shared, ...data, ...queue });
export type ApiEnv = z.infer<typeof ApiEnv>;

/** The HTTP API alone. */
export const HttpApiEnv = ApiEnv.extend({
  /** Pages beside the API's own origin whose requests may be proved by the session cookie, separated by commas. */
  WEB_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter(Boolean)),
});

export const SweepEnv = z.object({ ...shared, ...data, ...queue });
export type SweepEnv = z.infer<typeof SweepEnv>;

export const DeadLettersEnv = z.object({ ...shared, ...data });
export type DeadLettersEnv = z.infer<typeof DeadLettersEnv>;

export const WorkerEnv = z.object({
  ...shared,
  ...data,
  ...queue,
  /** How many runs one worker takes at once. */
  MAX_RUNS: z.coerce.number().int().min(1).max(300).default(50),
  /** How long one request to an empty queue waits; SQS allows 20. A worker stops only between two requests. */
  POLL_SECONDS: z.coerce.number().int().min(1).max(20).default(20),
  /** How long a worker that is told to stop lets its runs finish before it hands them over. */
  STOP_TIMEOUT_SECONDS: seconds(20),
  /** `provider/model` for agents whose model is `default`. */
  DEFAULT_MODEL: z.string().default('demo/scripted'),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.url().default('https://api.openai.com/v1'),
  ANTHROPIC_API_KEY: z.string().optional(),
  GOOGLE_API_KEY: z.string().optional(),
  HUGGINGFACE_API_KEY: z.string().optional(),
  /** Speaks the Chat Completions format of OpenAI without a key. */
  OLLAMA_BASE_URL: z.url().optional(),
  /** Words per second of `demo/scripted`. */
  DEMO_TOKENS_PER_SECOND: z.coerce.number().positive().default(40),
});
export type WorkerEnv = z.infer<typeof WorkerEnv>;

/** The variables of a process that may instead be named by a secret: `X_ARN` gives the ARN of the secret that holds `X`. */
export const secretNames = [
  'SUPABASE_JWT_SECRET',
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GOOGLE_API_KEY',
  'HUGGINGFACE_API_KEY',
] as const;

/** Parses a process's environment, and says in one message all that is wrong with it. */
export function parseEnv<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment of this process is not complete:\n${problems.join('\n')}`);
}
