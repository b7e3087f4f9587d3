import type { JournalEntry, JournalIndex, Prepared } from '../domain/journal.ts';
import type { Wait, WaitAnswer, WaitKind } from '../domain/run-wait.ts';
import type { RunError } from '../protocol/errors.ts';
import type { AgentId, ItemId } from '../protocol/ids.ts';
import type { BlobRef, CutOff, Item } from '../protocol/item.ts';
import type { RunLimit, Usage } from '../protocol/run.ts';
import type { RunContext } from './tool.ts';

/** Who does it. `parent` is the key of the call by which a delegate was asked; the run's own agents have none. */
interface Author {
  readonly agentId: AgentId;
  readonly parent?: string;
}

/** Something that a run needs of a person or a client before it can go on. With its kind, `callId` names it in every attempt. */
export interface WaitRequest extends Pick<Wait, 'kind' | 'callId' | 'agentId' | 'breach' | 'message' | 'decider'> {
  /** The call that it is about, by its key; none for a budget. */
  readonly call?: { readonly key: string; readonly name: string; readonly arguments: string };
  readonly expiresInSeconds: number;
}

/** Why a runner is to stop before the run's end. The first two end the run, the others leave it to another worker. */
export type StopReason = 'cancelled' | 'timed_out' | 'lost' | 'handover';

/** How a run left its runner. */
export type RunEnd =
  | { readonly status: 'completed' }
  /** `leftWorking`, here and below: the tools that did not stop in time when the run was to end. */
  | { readonly status: 'failed'; readonly error: RunError; readonly leftWorking?: readonly string[] }
  /** Its signal was aborted. */
  | { readonly status: 'aborted'; readonly leftWorking?: readonly string[] }
  /** It can do nothing until these are answered. */
  | { readonly status: 'waiting'; readonly waits: readonly WaitRequest[] }
  /** It stopped at a journal point because it was told to drain. */
  | { readonly status: 'parked' };

/**
 * What an agent does, as it does it. Every started message, reasoning and tool call is ended before `ended`, or dropped. A
 * key names the same thing in every attempt of a run.
 */
export type AgentStep =
  | ({ type: 'message_started'; key: string } & Author)
  | ({ type: 'reasoning_started'; key: string } & Author)
  | { type: 'text'; key: string; text: string }
  /** With `cutOff` there would have been more; then it may come a second time. */
  | { type: 'text_ended'; key: string; cutOff?: CutOff }
  | ({ type: 'tool_called'; key: string; callId: string; name: string; arguments: string } & Author)
  | { type: 'tool_started'; key: string }
  | {
      type: 'tool_ended';
      key: string;
      ok: boolean;
      output: string;
      durationMs: number;
      blob?: BlobRef;
      isCutOff?: boolean;
    }
  | ({ type: 'handed_over'; key: string; toAgentId: AgentId } & Author)
  /** Messages that were put into the run are read, from this turn on. */
  | { type: 'steers_read'; itemIds: readonly ItemId[]; turn: number }
  /** The turn was cut off and is begun again: what has these keys is void. */
  | { type: 'turn_dropped'; keys: readonly string[]; message: string }
  | { type: 'model_answered'; usage: Usage }
  | { type: 'limit_reached'; limit: RunLimit; used: number; max: number }
  | { type: 'notice'; level: 'info' | 'warning'; message: string }
  | { type: 'ended'; result: RunEnd };

/** The journal of the run at hand. */
export interface RunJournal extends Pick<JournalIndex, 'model' | 'asks' | 'hasAsked' | 'tool' | 'steered'> {
  /** What the run's own model calls have used so far, without those of a run that it resumes. */
  readonly used: Usage;
  /**
   * Adds an entry. When it resolves the entry is durable and the run was still this worker's. Rejects otherwise, and then
   * nothing more may be done.
   */
  append(entry: JournalEntry): Promise<void>;
}

export interface SteerMessage {
  readonly itemId: ItemId;
  readonly text: string;
}

export interface AgentTask {
  readonly prepared: Prepared;
  /** The conversation so far, oldest first; the last one is what to answer. */
  readonly history: readonly Item[];
  readonly journal: RunJournal;
  readonly context: RunContext;
  /** What was answered to a wait of an earlier attempt. */
  answerTo(kind: WaitKind, callId: string): WaitAnswer | undefined;
  /** Whether a call of this tool needs no approval any more in this run. */
  isGranted(agentId: AgentId, tool: string): boolean;
  /** Messages that were put into the run and that no model has been given yet, as far as is known now. */
  steers(): readonly SteerMessage[];
  /** Looks at the run as it stands now, for `steers` and `isGranted`. Errors: `unavailable`. */
  lookAgain(): Promise<void>;
  /** The worker is to stop: the run is to be left at the next journal point. */
  isDraining(): boolean;
  /**
   * Aborts with a StopReason. When that ends the run, as when it fails, its tools are waited for a while after they have been told, so
   * that what they did is journaled and nothing works any more once the run has ended; otherwise the run is left at once.
   */
  readonly signal: AbortSignal;
}

/**
 * Runs an agent on a conversation. What the journal has is not done again: neither a model nor a tool is asked, only the
 * steps are told again. Trouble is the `failed` end, an abort is the `aborted` one, and `ended` is always last. Throws only
 * what the journal throws, and `unavailable` when the key of a model cannot be looked up for a while.
 */
export interface AgentRunner {
  /** Says that a task of this context will soon ask this model, so that what is needed for it can be looked up early. Never throws. */
  lookAhead?(model: string, context: RunContext): void;
  run(task: AgentTask): AsyncIterable<AgentStep>;
}
