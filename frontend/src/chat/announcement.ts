import type { Turn } from '../state/turns.ts';

const longest = 600;

/** What a screen reader says when a run has ended. */
export function announcementOf({ run, items }: Turn, agentName: string): string {
  switch (run?.status) {
    case 'failed':
    case 'timed_out':
      return `${agentName} could not finish. ${run.error?.message ?? ''}`.trim();
    case 'cancelled':
      return `${agentName} was stopped.`;
    default: {
      const answer = items.findLast((item) => item.type === 'agent_message')?.text ?? '';
      return `${agentName} answered: ${answer.length > longest ? `${answer.slice(0, longest)}…` : answer}`;
    }
  }
}
