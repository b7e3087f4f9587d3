import type { AgentId } from '#core/protocol/ids.ts';
import { activityOf } from '../state/activity.ts';
import { answersOf } from '../state/rows.ts';
import type { Turn } from '../state/turns.ts';

type NameOf = (agentId: AgentId | undefined) => string;

const longest = 600;

/** What a screen reader says when a run has ended, or waits for somebody; null when there is nothing to say. */
export function announcementOf(turn: Turn, nameOf: NameOf): string | null {
  const { run, items, phase } = turn;
  const name = nameOf(run?.agentId) || 'The agent';
  if (phase === 'live') {
    const { text, waits } = activityOf(turn);
    return waits ? `${name}: ${text}` : null;
  }
  if (phase !== 'ended') return null;
  switch (run?.status) {
    case 'failed':
    case 'timed_out':
      return `${name} could not finish. ${run.error?.message ?? ''}`.trim();
    case 'cancelled':
      return `${name} was stopped.`;
    default: {
      const last = answersOf(items).at(-1);
      const answer = last?.text ?? '';
      const speaker = nameOf(last?.agentId) || name;
      return `${speaker} answered: ${answer.length > longest ? `${answer.slice(0, longest)}…` : answer}`;
    }
  }
}
