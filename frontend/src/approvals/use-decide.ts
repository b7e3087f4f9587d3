import { useQueryClient } from '@tanstack/react-query';
import type { ApprovalDecision } from '#core/protocol/approval.ts';
import type { ApprovalItem } from '#core/protocol/item.ts';
import { grantsKey } from '../agents/agent-queries.ts';
import { usePlatform } from '../app/platform-context.ts';
import { isRefusal } from '../http/call-error.ts';
import { toast } from '../kit/toast.tsx';
import { useAnswer } from '../kit/use-answer.ts';
import { isForGood } from './deciding.ts';

/**
 * Decides a question. The first decision counts: when somebody else was faster, theirs is shown as it comes. `onClosed` is told when
 * the question is none any more, with the decision if it was this one, so that a list can let it go; what was too late is then said
 * where the list does not take it along.
 */
export function useDecide(
  approval: Pick<ApprovalItem, 'runId' | 'approvalId'>,
  onClosed?: (decision?: ApprovalDecision) => void,
) {
  const { answers } = usePlatform();
  const queries = useQueryClient();
  return useAnswer(async (resolution: ApprovalDecision) => {
    try {
      await answers.decide(approval, resolution);
      if (isForGood(resolution)) void queries.invalidateQueries({ queryKey: grantsKey });
      onClosed?.(resolution);
    } catch (error) {
      if (!isRefusal(error, 'conflict', 'not_found')) throw error;
      if (onClosed) {
        toast.failed(tooLate);
        onClosed();
      }
      throw new Error(tooLate, { cause: error });
    }
  });
}

const tooLate = 'Somebody else was faster, or the run has ended.';
