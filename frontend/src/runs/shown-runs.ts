import * as z from 'zod';
import { terminalRunStatuses } from '#core/protocol/run.ts';

/** Which runs of those that have ended are shown; nothing for those that have not. */
export const ShownRuns = z.enum(['ended', ...terminalRunStatuses]);
export type ShownRuns = z.infer<typeof ShownRuns>;
