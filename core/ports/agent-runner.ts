import type { Agent } from '../protocol/agent.ts';
import type { RunError } from '../protocol/errors.ts';
import type { Item } from '../protocol/item.ts';
import type { Usage } from '../protocol/run.ts';

/** What an agent does, as it does it. Every started message, reasoning and tool call is ended before `ended`. */
export type AgentStep =
  | { type: 'message_started'; key: string }
  | { type: 'reasoning_started'; key: string }
  | { type: 'text'; key: string; text: string }
  | { type: 'text_ended'; key: string }
  | { type: 'tool_called'; key: string; callId: string; name: string; arguments: string }
  | { type: 'tool_started'; key: string }
  | { type: 'tool_ended'; key: string; ok: boolean; output: string; durationMs: number }
  | { type: 'model_answered'; usage: Usage }
  | { type: 'ended'; result: { status: 'completed' } | { status: 'failed'; error: RunError } | { status: 'aborted' } };

export interface AgentTask {
  readonly agent: Agent;
  /** `provider/model`, resolved. */
  readonly model: string;
  /** The conversation so far, oldest first; the last one is what to answer. */
  readonly history: readonly Item[];
  readonly maxTurns: number;
  readonly signal: AbortSignal;
}

/** Runs an agent on a conversation. Never throws: trouble is the `failed` end, an abort is the `aborted` one, and `ended` is always last. */
export interface AgentRunner {
  run(task: AgentTask): AsyncIterable<AgentStep>;
}
