import { NewerFormatError } from '#core/domain/stored.ts';
import { isUnavailable } from '#core/errors.ts';

/**
 * Does the work again when a store did not answer: after 0.1, 0.2, 0.4 and 0.8 seconds with jitter, five times in all, unless
 * there is no point in it any more. The work must be safe to repeat.
 */
export async function retryUnavailable<Result>(
  work: () => Promise<Result>,
  isPointless: () => boolean = () => false,
): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      const isPassing = isUnavailable(error) && !(error instanceof NewerFormatError);
      if (!isPassing || tried === 5 || isPointless()) throw error;
      const pauseMs = 50 * 2 ** tried * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (isPointless()) throw error;
    }
  }
}
