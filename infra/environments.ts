import * as z from 'zod';
import { AuthProvider } from '../core/protocol/person.ts';

const environmentNames = ['dev', 'staging', 'prod'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

const whole = z.coerce.number().int();

/** What differs between environments. `deployment` has what only the one who deploys can know; the rest has defaults. */
const Settings = z.strictObject({
  supabaseUrl: z.url({ protocol: /^https$/ }),
  /** The publishable (`anon`) key of the Supabase project. It is public: every browser gets it. */
  supabaseKey: z.string().min(1),
  /** Shown in log lines and by `GET /health/detailed`. */
  version: z.string().default('dev'),
  /** The web client's own domain, with the ARN of its certificate in us-east-1; otherwise CloudFront gives it a name. */
  domainName: z.hostname().optional(),
  certificateArn: z.string().startsWith('arn:aws:acm:us-east-1:').optional(),
  /** A web ACL for CloudFront (us-east-1). Costs from 5 USD a month, so there is none by default. */
  webAclArn: z.string().startsWith('arn:aws:wafv2:us-east-1:').optional(),
  alarmEmail: z.email().optional(),
  /** The sender of invitations, an identity that is verified in Amazon SES in this region: an address, or any of a domain. Needs domainName, to which mails lead; without it none are sent. */
  mailFrom: z.email().optional(),
  /** Creates the secret for OPENAI_API_KEY and gives it to the workers. */
  openai: z.stringbool().or(z.boolean()).default(false),
  /** Lends the deployment's own keys to workspaces that have none; otherwise each has to bring its own. */
  lendKeys: z.stringbool().or(z.boolean()).default(false),
  defaultModel: z.string().default('demo/scripted'),
  /** Pages of other origins than the web client's own that may call the API, separated by commas. */
  allowedOrigins: z
    .string()
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(z.url({ protocol: /^https?$/ })))
    .default([]),
  /** Ways to sign in that are set up in Supabase Auth beside e-mail, separated by commas; the web client shows a button for each. */
  authProviders: z
    .string()
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(AuthProvider))
    .default([]),
  minTasks: whole.min(1),
  maxTasks: whole.min(1).max(50),
  taskCpu: whole,
  taskMemoryMiB: whole,
  maxRuns: whole.min(1).max(300),
  useSpot: z.stringbool().or(z.boolean()),
  logRetentionDays: z.literal([7, 30, 90]),
  /** Keeps data and refuses to delete its stack. */
  protectData: z.boolean(),
});

export type Environment = Readonly<z.infer<typeof Settings>> & { readonly name: EnvironmentName };

const defaults: Record<EnvironmentName, Partial<z.input<typeof Settings>>> = {
  dev: {
    minTasks: 1,
    maxTasks: 2,
    taskCpu: 256,
    taskMemoryMiB: 512,
    maxRuns: 50,
    useSpot: true,
    logRetentionDays: 7,
    protectData: false,
  },
  staging: {
    minTasks: 1,
    maxTasks: 4,
    taskCpu: 512,
    taskMemoryMiB: 1024,
    maxRuns: 50,
    useSpot: true,
    logRetentionDays: 30,
    protectData: false,
  },
  prod: {
    minTasks: 2,
    maxTasks: 20,
    taskCpu: 1024,
    taskMemoryMiB: 2048,
    maxRuns: 50,
    useSpot: false,
    logRetentionDays: 90,
    protectData: true,
  },
};

/** Stand for a Supabase project where none is needed. `.invalid` is a name that never resolves, so nobody can deploy it by mistake. */
export const placeholders = { supabaseUrl: 'https://project.invalid', supabaseKey: 'placeholder' };

export const settingNames = Object.keys(Settings.shape);

/** Puts an environment together from its defaults and what was given, or says in one message all that is wrong with it. */
export function parseEnvironment(name: unknown, given: Record<string, unknown>): Environment {
  if (!isEnvironmentName(name)) {
    throw new Error(`Say which environment: -c env=${environmentNames.join('|')}. Given was ${JSON.stringify(name)}.`);
  }
  const result = Settings.superRefine((settings, context) => {
    if (Boolean(settings.domainName) !== Boolean(settings.certificateArn)) {
      context.addIssue({ code: 'custom', message: 'domainName and certificateArn belong together: give both or none' });
    }
    if (settings.mailFrom && !settings.domainName) {
      context.addIssue({ code: 'custom', message: 'mailFrom needs domainName: mails lead there' });
    }
    if (settings.minTasks > settings.maxTasks) {
      context.addIssue({ code: 'custom', message: 'minTasks must not be more than maxTasks' });
    }
  }).safeParse({ ...defaults[name], ...given });
  if (result.success) return { ...result.data, name };
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.') || 'settings'}: ${issue.message}`);
  throw new Error(
    `The settings of ${name} are not complete (give them as -c name=value, or under "${name}" in the context of cdk.json; see docs/deploy.md):\n${problems.join('\n')}`,
  );
}

/** Throws for an environment that was made with placeholders. */
export function refusePlaceholders({ name, supabaseUrl, supabaseKey }: Environment): void {
  if (new URL(supabaseUrl).hostname.endsWith('.invalid') || supabaseKey === placeholders.supabaseKey) {
    throw new Error(
      `${name} has placeholders instead of a Supabase project. They are for "npm run synth" only: give -c supabaseUrl=https://… -c supabaseKey=…`,
    );
  }
}

const isEnvironmentName = (name: unknown): name is EnvironmentName =>
  environmentNames.some((candidate) => candidate === name);
