import type { Model } from '@openai/agents';
import type { JournalEntry } from '#core/domain/journal.ts';
import { createScopes, type Scopes } from '#core/domain/scopes.ts';
import type { AgentStep, AgentTask, RunEnd, StopReason, WaitRequest } from '#core/ports/agent-runner.ts';
import type { BlobStore } from '#core/ports/blob-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { Metrics } from '#core/ports/metrics.ts';
import type { SpendGuard } from '#core/ports/spend-guard.ts';
import type { RunContext, Tool } from '#core/ports/tool.ts';
import type { Tracer } from '#core/ports/tracer.ts';
import type { CredentialOrigin } from '#core/protocol/credential.ts';
import type { RunError } from '#core/protocol/errors.ts';
import type { RunId } from '#core/protocol/ids.ts';
import type { RetryPolicy, RetryWorld } from './model-retry.ts';
import type { StepQueue } from './step-queue.ts';
import { createToolsAtWork, type ToolsAtWork } from './tools-at-work.ts';

/** `keyOf`: whose key pays for it; none for a model that needs none. */
export type PaidModel = Model & { readonly keyOf?: CredentialOrigin };

export interface EngineDeps extends RetryWorld {
  /** The model of an id, for whoever the run is; see FindModel. */
  readonly findModel: (id: string, context: RunContext) => PaidModel | Promise<PaidModel>;
  readonly tools: readonly Tool[];
  readonly blobs: BlobStore;
  readonly retry: RetryPolicy;
  /** Asked before each call of a model. Without one nothing is reserved. */
  readonly spend?: SpendGuard | undefined;
  readonly onError: (error: unknown, context: RunContext) => void;
  /** One line for each call of a model and of a tool. Without one nothing is logged or counted. */
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
  /** Without one nothing is traced. */
  readonly tracer?: Tracer | undefined;
}

/** `rootRunId` names the run that began what this one resumes: calls keep the names that they had there. */
export type EngineTask = AgentTask & { readonly rootRunId?: RunId };

/** What the parts of one run share while a worker works on it. */
export interface Engine extends Omit<EngineDeps, 'findModel' | 'onError'> {
  onError(error: unknown): void;
  /** As EngineDeps says; once for the run. */
  findModel(id: string, context: RunContext): Promise<PaidModel>;
  readonly task: EngineTask;
  readonly scopes: Scopes;
  readonly toolsAtWork: ToolsAtWork;
  readonly tell: (step: AgentStep) => void;
  /**
   * Adds a journal entry. When that fails, or the run is not wanted any more, nothing that follows happens. Only the results of
   * tools at work are still taken when a run is to end.
   */
  journal(entry: JournalEntry): Promise<void>;
  /** Notes that a call (or, without one, the scope's next question to its model) waits for somebody. Does not return. */
  waitFor(scope: string, request: WaitRequest): Promise<never>;
  /** Stops here if the worker is to stop; then it does not return. */
  pauseIfDraining(scope: string): Promise<void>;
  /** Ends the run as failed: what works in it is told to stop, and waited for as at any end. Does not return. */
  fail(error: RunError): Promise<never>;
  /** Ends the run by throwing to its reader. Does not return. */
  breakOff(error: unknown): Promise<never>;
}

/** A promise that is never kept: whoever waits for it is left behind and collected with the run. */
const forever = (): Promise<never> => new Promise(() => {});

/** Why an engine's signal is aborted; the last by the run itself. */
type EngineStop = StopReason | 'failed';
const endings: ReadonlySet<unknown> = new Set<EngineStop>(['cancelled', 'timed_out', 'failed']);
/** Whether a signal was aborted to end the run, and not to leave it to another worker. */
export const isEnding = ({ reason }: AbortSignal): boolean => endings.has(reason);

const handovers: ReadonlySet<unknown> = new Set<StopReason>(['lost', 'handover']);
/** Whether a signal was aborted because another worker goes on with the run. */
export const isLeftToAnother = ({ reason }: AbortSignal): boolean => handovers.has(reason);

/** `fail` aborts the task's signal with 'failed', unless it is aborted already. */
export function createEngine(
  deps: EngineDeps,
  task: EngineTask,
  { steps, fail }: { readonly steps: StepQueue<AgentStep>; readonly fail: (error: RunError) => void },
): Engine {
  const waits: WaitRequest[] = [];
  let isParked = false;
  const { signal } = task;
  const scopes = createScopes(() => {
    if (signal.aborted) return;
    const result: RunEnd = isParked ? { status: 'parked' } : { status: 'waiting', waits };
    steps.end({ type: 'ended', result });
  });
  const breakOff = (error: unknown): Promise<never> => {
    steps.fail(error);
    return forever();
  };

  const models = new Map<string, Promise<PaidModel>>();
  /** Once for the run: a key that was changed meanwhile counts from the next run on. */
  async function findModel(id: string, context: RunContext): Promise<PaidModel> {
    const found = models.get(id) ?? Promise.resolve(deps.findModel(id, context));
    models.set(id, found);
    found.catch(() => models.delete(id));
    return found;
  }

  return {
    ...deps,
    onError: (error) => deps.onError(error, task.context),
    findModel,
    task,
    scopes,
    toolsAtWork: createToolsAtWork(deps),
    tell: (step) => steps.push(step),
    async journal(entry) {
      const isTaken = () => !signal.aborted || (entry.type === 'tool_done' && isEnding(signal) && !steps.hasEnded);
      if (!isTaken()) return forever();
      await task.journal.append(entry).catch(breakOff);
      if (!isTaken()) return forever();
    },
    waitFor(scope, request) {
      waits.push(request);
      if (request.call) scopes.wait(scope, request.call.key);
      else scopes.park(scope);
      return forever();
    },
    async pauseIfDraining(scope) {
      if (!task.isDraining()) return;
      isParked = true;
      scopes.park(scope);
      return forever();
    },
    fail(error) {
      fail(error);
      return forever();
    },
    breakOff,
  };
}
