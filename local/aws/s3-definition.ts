import * as z from 'zod';

export const S3Argument = z.strictObject({
  port: z.int().min(0).max(65_535),
  /** Without it nothing is kept. */
  dataFolder: z.string().optional(),
  buckets: z.array(z.string()).default([]),
});
/** What the parent passes to `s3.ts`. */
export type S3Argument = z.input<typeof S3Argument>;
