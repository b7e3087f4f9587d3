import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { RunMessage } from '#core/ports/run-queue.ts';
import { buryRun } from '#core/use-cases/bury-run.ts';
import type { Deps } from '#core/use-cases/deps.ts';

/**
 * Handles messages that no worker could: ends their runs. A message that fails here stays in the dead-letter queue and is
 * reported alone; one that is no run message is logged and let go, because nothing can ever be done with it.
 */
export function createDeadLettersHandler(
  deps: Omit<Deps, 'connections' | 'newId' | 'queue'>,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const { messageId, body } of event.Records) {
      const message = parse(body);
      try {
        if (message) await buryRun(deps, message);
        else deps.logger.error({ messageId }, 'a dead letter is not a run message');
        deps.metrics.record('DeadLetters', 1);
      } catch (error) {
        const { runId, threadId, workspaceId, requestId } = message ?? {};
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

function parse(body: string): RunMessage | null {
  try {
    return RunMessage.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    // Not JSON: the caller logs it.
    return null;
  }
}
