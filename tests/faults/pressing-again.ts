import { setTimeout as delay } from 'node:timers/promises';
import { CallError, mayPass } from '../../frontend/src/http/call-error.ts';

/** How often a person presses a button again, and what they wait in between: for longer than any part is away. */
export const mostPresses = 100;
export const betweenPressesMs = 250;

/** A person presses again when the web client says that it has failed, as long as it may still succeed. What is refused stays refused. */
export async function pressingAgain<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let presses = 1; ; presses += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (presses === mostPresses || !(error instanceof CallError && mayPass(error.failure))) throw error;
      await delay(betweenPressesMs);
    }
  }
}
