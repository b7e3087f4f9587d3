import type { RunStatus } from '../protocol/run.ts';

const ends = ['failed', 'cancelled', 'timed_out'] as const;
const pauses = ['awaiting_approval', 'awaiting_client_tool', 'awaiting_auth', 'paused_budget'] as const;

/** Which status may follow which. What waits goes on by way of the queue. `running` follows itself when another attempt takes over; terminal ones have no successor. */
const successors: Record<RunStatus, readonly RunStatus[]> = {
  queued: ['running', ...ends],
  running: ['queued', 'running', ...pauses, 'completed', ...ends],
  awaiting_approval: ['queued', ...ends],
  awaiting_client_tool: ['queued', ...ends],
  awaiting_auth: ['queued', ...ends],
  paused_budget: ['queued', ...ends],
  completed: [],
  failed: [],
  cancelled: [],
  timed_out: [],
};

export const mayFollow = (from: RunStatus, to: RunStatus): boolean => successors[from].includes(to);
