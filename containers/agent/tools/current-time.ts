import * as z from 'zod';
import type { Clock } from '#core/ports/clock.ts';
import type { ServerTool } from '#core/ports/tool.ts';

const Arguments = z.object({
  timeZone: z.string().nullable().describe('An IANA time zone such as "Europe/Berlin" or "Asia/Tokyo"; null for UTC.'),
});

/** Tells the time. The first built-in tool: small, but a real one. */
export const createCurrentTime = (now: Clock): ServerTool => ({
  kind: 'server',
  idempotent: true,
  name: 'current_time',
  description:
    'The current date and time in a time zone. Use it whenever the answer depends on what time or day it is.',
  parameters: Arguments,
  async execute(args) {
    const timeZone = Arguments.parse(args).timeZone ?? 'UTC';
    try {
      const text = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long', timeZone }).format(now());
      return `${text} (${timeZone})`;
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new Error(`"${timeZone}" is not a time zone. Use an IANA name such as "Europe/Berlin".`, { cause });
    }
  },
});
