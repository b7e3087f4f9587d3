import * as z from 'zod';

/** How the bench's model answers. It stands as JSON in the message that is answered, so that one server serves every measure. */
export const Pace = z.object({
  /** Names the answer in the server's records. */
  answerId: z.string(),
  tokens: z.number().int().positive(),
  tokensPerSecond: z.number().positive(),
  firstTokenDelayMs: z.number().nonnegative().default(0),
});
export type Pace = z.input<typeof Pace>;

/** What every token says: as long as an average one. */
export const tokenText = 'word ';

/** When the server was asked, how much, and when it sent the first and the last token (milliseconds since 1970). */
export const AnswerTimes = z.object({
  askedMs: z.number(),
  askedBytes: z.number(),
  firstTokenMs: z.number(),
  lastTokenMs: z.number(),
});
export type AnswerTimes = z.infer<typeof AnswerTimes>;
