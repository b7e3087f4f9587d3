import * as z from 'zod';
import { RateText } from './domain/rate-limit.ts';
import { CredentialProvider } from './protocol/credential.ts';

const seconds = (fallback: number) => z.coerce.number().positive().default(fallback);

const shared = {
  /** `local`, `dev`, `staging` or `prod`: written into every log line. */
  STAGE: z.string().default('local'),
  VERSION: z.string().default('dev'),
  /** Where traces are sent: the base address of an OTLP/HTTP collector. Without it there are none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
};

/** How many in how many seconds: see core/use-cases/rate-limits.ts. */
const rate = (fallback: string) => RateText.prefault(fallback);

const rates = {
  RATE_REQUESTS: rate('1200/60'),
  RATE_REQUESTS_ANONYMOUS: rate('300/60'),
  RATE_REQUESTS_WORKSPACE: rate('12000/60'),
  RATE_MESSAGES: rate('600/60'),
  RATE_MESSAGES_ANONYMOUS: rate('200/60'),
  RATE_RUNS: rate('60/60'),
  RATE_RUNS_ANONYMOUS: rate('20/3600'),
  RATE_RUNS_WORKSPACE: rate('600/60'),
};

const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter(Boolean));

const vault = {
  /** ARNs of the vault's keys in KMS, the newest first, separated by commas. Either these or VAULT_KEY_FILE. */
  VAULT_KMS_KEYS: list,
  /** A file with the vault's keys, on one machine. */
  VAULT_KEY_FILE: z.string().optional(),
  /** Whether the model servers that workspaces name may stand in the platform's own network: on one machine only. */
  ALLOW_PRIVATE_MODEL_SERVERS: z.stringbool().default(false),
};

const data = {
  ...rates,
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
  // The projects that workspaces bring are opened wherever there is something to do with a thread.
  ...vault,
};

const queue = { RUN_QUEUE_URL: z.url() };

const mail = {
  /** The sender of invitations, as `Name <address>`; an identity of Amazon SES. Without it none are sent, and the API says so. */
  MAIL_FROM: z.string().min(3).optional(),
  /** Where the web client is: mails lead there. Without it none are sent. */
  WEB_URL: z.url().optional(),
};

/** Whoever opens or seals the keys of workspaces. */
export const VaultEnv = z.object(vault);
export type VaultEnv = z.infer<typeof VaultEnv>;

/** The HTTP API, and the socket's handler. */
export const ApiEnv = z.object({ ...shared, ...data, ...queue });
export type ApiEnv = z.infer<typeof ApiEnv>;

/** The HTTP API alone. */
export const HttpApiEnv = ApiEnv.extend({
  ...mail,
  /** Pages beside the API's own origin whose requests may be proved by the session cookie, separated by commas. */
  WEB_ORIGINS: list,
  /** The providers whose key or server the deployment lends to its workspaces; the workers have the keys. */
  PLATFORM_PROVIDERS: list.pipe(z.array(CredentialProvider)),
});

export const SweepEnv = z.object({ ...shared, ...data, ...queue, ...mail });
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
  /** A dead worker's runs are another's to take after this long at most; the queue's visibility time-out is to be the same. */
  LEASE_SECONDS: z.coerce.number().int().min(1).max(300).default(18),
  /** How long a worker that is told to stop lets its runs finish before it hands them over. */
  STOP_TIMEOUT_SECONDS: seconds(20),
  /** `provider/model` for agents whose model is `default`. */
  DEFAULT_MODEL: z.string().default('demo/scripted'),
  /** To whom the deployment lends the keys and servers below: to nobody unless its operator says so. */
  LEND_PLATFORM_KEYS_TO: z.enum(['nobody', 'everyone']).default('nobody'),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.url().default('https://api.openai.com/v1'),
  ANTHROPIC_API_KEY: z.string().optional(),
  GOOGLE_API_KEY: z.string().optional(),
  HUGGINGFACE_API_KEY: z.string().optional(),
  /** Speaks the Chat Completions format of OpenAI without a key. */
  OLLAMA_BASE_URL: z.url().optional(),
  /** How often a model is asked at most for one turn, when it is overloaded or breaks off. */
  MODEL_TRIES: z.coerce.number().int().min(1).max(20).default(7),
  /** Words per second of `demo/scripted`. */
  DEMO_TOKENS_PER_SECOND: z.coerce.number().positive().default(40),
});
export type WorkerEnv = z.infer<typeof WorkerEnv>;

/** The command that seals all credentials under the vault's newest key. */
export const RewrapEnv = ApiEnv.pick({
  SUPABASE_URL: true,
  SUPABASE_PUBLISHABLE_KEY: true,
  SUPABASE_JWT_SECRET: true,
}).extend(vault);

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
