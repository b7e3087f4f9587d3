import { createReconciler } from '#core/domain/reconcile.ts';
import type { AgentTask, RunEnd, WaitRequest } from '#core/ports/agent-runner.ts';
import type { RunError } from '#core/protocol/errors.ts';
import type { Item } from '#core/protocol/item.ts';
import { type Append, createEventWriter } from './event-writer.ts';
import type { HeldRun } from './live-runs.ts';
import type { AttemptDeps } from './run-attempt.ts';
import { createStepEvents } from './step-events.ts';

/** How a conversation was left. What it said until then is in the log, unless it was `left`. */
export type Told =
  | { readonly status: 'completed' }
  | { readonly status: 'failed'; readonly error: RunError; readonly leftWorking?: readonly string[] }
  | { readonly status: 'waiting'; readonly waits: readonly WaitRequest[] }
  | { readonly status: 'cancelled' | 'timed_out'; readonly leftWorking?: readonly string[] }
  | { readonly status: 'handover' | 'left' };

/** Lets the agent work, and writes into the log what it does and what is not there yet (`shown` is), once `opened` has been written. */
export async function converse(
  deps: Pick<AttemptDeps, 'runner' | 'now' | 'metrics'>,
  run: HeldRun,
  {
    task,
    append,
    opened,
    shown,
  }: { task: AgentTask; append: Append; opened: Promise<unknown>; shown: readonly Item[] },
): Promise<Told> {
  const writer = createEventWriter(async (events) => {
    await opened;
    await append(events);
  }, deps.now);
  const eventsOf = createStepEvents({ runId: run.record.runId, now: deps.now });
  const reconcile = createReconciler(shown);
  const { attempt, createdAtMs } = run.record;
  // A later attempt has waited for other things than for its first words.
  let isSilent = attempt === 1;
  try {
    for await (const step of deps.runner.run(task)) {
      const stop = run.stopReason();
      if (stop === 'lost') return { status: 'left' };
      if (step.type === 'ended') {
        if (stop === 'timed_out' && step.result.status === 'aborted') writer.write(run.limitReached());
        await opened;
        await writer.flush();
        return toldOf(step.result, stop);
      }
      if (isSilent && step.type === 'text') {
        isSilent = false;
        deps.metrics.record('FirstTokenMs', deps.now() - createdAtMs);
      }
      for (const event of eventsOf(step)) {
        const news = reconcile(event);
        if (news) writer.write(news);
      }
    }
    throw new Error('an agent runner ended without saying how');
  } finally {
    await Promise.allSettled([opened, writer.close()]);
  }
}

function toldOf(result: RunEnd, stop: ReturnType<HeldRun['stopReason']>): Told {
  switch (result.status) {
    case 'completed':
    case 'failed':
    case 'waiting':
      return result;
    case 'parked':
      return { status: 'handover' };
    case 'aborted': {
      if (stop === 'handover') return { status: stop };
      const { leftWorking } = result;
      return { status: stop === 'timed_out' ? stop : 'cancelled', ...(leftWorking && { leftWorking }) };
    }
  }
}
