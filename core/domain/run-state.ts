import type { RunStatus } from '../protocol/run.ts';
import type { RunRecord } from './run-record.ts';

const ends = ['failed', 'cancelled', 'timed_out'] as const;
const pauses = ['awaiting_approval', 'awaiting_client_tool', 'paused_budget'] as const;

/**
 * Which status may follow which. What waits goes on by way of the queue, or waits for what else it has asked. `running` follows
 * itself when another attempt takes over; terminal ones have no successor. `awaiting_auth` is reserved: nothing leads there.
 */
const successors: Record<RunStatus, readonly RunStatus[]> = {
  queued: ['running', ...ends],
  running: ['queued', 'running', ...pauses, 'completed', ...ends],
  awaiting_approval: ['queued', 'awaiting_client_tool', 'paused_budget', ...ends],
  awaiting_client_tool: ['queued', 'paused_budget', ...ends],
  awaiting_auth: ['queued', 'awaiting_client_tool', 'paused_budget', ...ends],
  paused_budget: ['queued', ...ends],
  completed: [],
  failed: [],
  cancelled: [],
  timed_out: [],
};

export const mayFollow = (from: RunStatus, to: RunStatus): boolean => successors[from].includes(to);

/** Whether this attempt works on the run. */
export const holds = (record: RunRecord, attempt: number): boolean =>
  record.status === 'running' && record.attempt === attempt && record.lease !== undefined;
