import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { NewerFormatError } from '#core/domain/stored.ts';
import { readRunMessage } from '#core/ports/run-queue.ts';
import { buryRun } from '#core/use-cases/bury-run.ts';
import type { SettleDeps } from '#core/use-cases/settle-run.ts';

/**
 * Handles messages that no worker could: ends their runs. A message that fails here stays in the dead-letter queue and is
 * reported alone, and so does one of a later version, for that one's handler; one that is no run message is logged and let go,
 * because nothing can ever be done with it.
 */
export function createDeadLettersHandler(deps: SettleDeps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const { messageId, body } of event.Records) {
      const message = readRunMessage(body);
      try {
        if (message === 'newer') throw new NewerFormatError('this dead letter');
        if (message) await buryRun(deps, message);
        else deps.logger.error({ messageId }, 'a dead letter is not a run message');
        deps.metrics.record('DeadLetters', 1);
      } catch (error) {
        const { runId, threadId, workspaceId, requestId } = message === 'newer' || !message ? {} : message;
        deps.logger.error(
          { workspaceId, threadId, runId, requestId, error, messageId },
          'a dead letter could not be handled',
        );
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    await deps.publisher.flush();
    return { batchItemFailures };
  };
}
