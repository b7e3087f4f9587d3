import * as z from 'zod';

/** What the parent passes to `local/api/main.ts`. The functions' own environment comes as environment variables. */
export const ApiArgument = z.strictObject({
  port: z.int().min(0).max(65_535),
  /** The folder of the built web client; without one there is none. */
  webFolder: z.string().optional(),
  /** What the web client reads as `/config.json`. */
  webConfig: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  allowedOrigins: z.array(z.string()).default([]),
  deadLetters: z.strictObject({ queueUrl: z.string(), queueArn: z.string() }),
  /** Tests sweep more often than a schedule can. */
  sweepEveryMs: z.int().positive().default(60_000),
  /** Limits of the gateway, turned down by tests. */
  limits: z.record(z.string(), z.number()).default({}),
});
export type ApiArgument = z.input<typeof ApiArgument>;

/** Faults that tests ask for, one JSON line each on stdin. */
export const ApiFault = z.discriminatedUnion('fault', [
  z.strictObject({ fault: z.literal('drop-connections') }),
  z.strictObject({ fault: z.literal('throttle-posts'), count: z.int().positive() }),
]);
export type ApiFault = z.infer<typeof ApiFault>;

/** The stage of the socket API: with it as a path the socket has the same address here and behind CloudFront. */
export const socketStage = 'socket';
