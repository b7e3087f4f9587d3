import type { ApprovalItem, ToolCallItem } from '#core/protocol/item.ts';
import { toolWords } from '../format/tool.ts';
import type { Turn } from './turns.ts';

/** The questions of a turn that nobody has decided yet. */
export const pendingApprovals = ({ items }: Pick<Turn, 'items'>): ApprovalItem[] =>
  items.filter((item) => item.type === 'approval').filter(({ status }) => status === 'pending');

/** The calls of a turn that wait for a client. */
export const awaitedCalls = ({ items }: Pick<Turn, 'items'>): ToolCallItem[] =>
  items.filter((item) => item.type === 'tool_call').filter(({ awaitsClient }) => awaitsClient);

export interface Activity {
  readonly text: string;
  /** It goes on only when somebody does something. */
  readonly waits: boolean;
}

/** What an agent is busy with, or waits for, in a few words. */
export function activityOf(turn: Turn): Activity {
  if (turn.run?.cancelling) return { text: 'Stopping', waits: false };
  switch (turn.run?.status) {
    case 'awaiting_approval':
      return { text: approvalText(pendingApprovals(turn)), waits: true };
    case 'awaiting_client_tool':
      return { text: clientToolText(awaitedCalls(turn)), waits: true };
    case 'awaiting_auth':
      return { text: 'Waiting for a sign-in', waits: true };
    case 'paused_budget':
      return { text: 'Paused: a budget is used up', waits: true };
    default:
      return { text: workText(turn), waits: false };
  }
}

function workText({ run, items }: Turn): string {
  if (!run || run.status === 'queued') return items.length > 0 ? 'Going on' : 'Starting';
  const last = items.findLast((item) => item.type !== 'user_message');
  if (!last || !('status' in last) || last.status !== 'in_progress') return 'Working';
  switch (last.type) {
    case 'reasoning':
      return 'Thinking';
    case 'tool_call':
      return `Using ${toolWords(last.name)}`;
    case 'agent_message':
      return 'Writing';
  }
}

function approvalText(pending: readonly ApprovalItem[]): string {
  if (pending.length > 1) return `Waiting for ${pending.length} decisions`;
  const name = pending[0]?.call?.name;
  return name ? `Waiting for a decision about ${toolWords(name)}` : 'Waiting for a decision';
}

function clientToolText(calls: readonly ToolCallItem[]): string {
  if (calls.some(({ name }) => name === 'ask_user')) return 'Waiting for your answer';
  return calls[0] ? `Waiting for a browser to do ${toolWords(calls[0].name)}` : 'Waiting for a browser';
}
