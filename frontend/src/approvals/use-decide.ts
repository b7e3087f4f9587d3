import type { ApprovalDecision } from '#core/protocol/approval.ts';
import type { ApprovalItem } from '#core/protocol/item.ts';
import { usePlatform } from '../app/platform-context.ts';
import { isRefusal } from '../http/call-error.ts';
import { useAnswer } from '../kit/use-answer.ts';

/** Decides a question. The first decision counts: when somebody else was faster, theirs is shown as it comes. */
export function useDecide(approval: Pick<ApprovalItem, 'runId' | 'approvalId'>, onDecided?: () => void) {
  const { answers } = usePlatform();
  return useAnswer(async (resolution: ApprovalDecision) => {
    try {
      await answers.decide(approval, resolution);
      onDecided?.();
    } catch (error) {
      if (isRefusal(error, 'conflict'))
        throw new Error('Somebody else was faster, or the run has ended.', { cause: error });
      throw error;
    }
  });
}
