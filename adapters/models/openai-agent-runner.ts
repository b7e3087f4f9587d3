import { ModelRefusalError } from '@openai/agents';
import type { AgentRunner, AgentStep } from '#core/ports/agent-runner.ts';
import type { RunError } from '#core/protocol/errors.ts';
import { toInputItems } from './input-items.ts';
import { toRunError } from './model-error.ts';
import { createEngine, type EngineDeps, type EngineTask, isEnding } from './run-engine.ts';
import { runScope } from './run-scope.ts';
import { StepQueue } from './step-queue.ts';

const completed: AgentStep = { type: 'ended', result: { status: 'completed' } };
const aborted: AgentStep = { type: 'ended', result: { status: 'aborted' } };

/** What a model and a person read of a call that did not stop: nobody here will know what came of it. */
const leftAtWork =
  'It was still at work when the run ended: it did not stop when it was told to. What came of it is not known.';

/** Runs agents with the OpenAI Agents SDK, on whatever model they are given. A reader that goes away stops the agent. */
export function createOpenAiAgentRunner(deps: EngineDeps): AgentRunner {
  return {
    lookAhead(model, context) {
      // Found again by its context when the model is asked; what fails then is told.
      (async () => deps.findModel(model, context))().catch(() => {});
    },
    async *run(task: EngineTask) {
      if (task.signal.aborted) {
        yield aborted;
        return;
      }
      const steps = new StepQueue<AgentStep>();
      const own = new AbortController();
      const signal = AbortSignal.any([task.signal, own.signal]);
      let failure: RunError | undefined;
      const fail = (error: RunError) => {
        if (signal.aborted) return;
        failure = error;
        own.abort('failed');
      };
      const engine = createEngine(deps, { ...task, signal }, { steps, fail });
      // However long the SDK takes to stop; what it still tells comes after the end and is dropped.
      const end = async () => {
        await engine.toolsAtWork.untilIdle();
        const left = engine.toolsAtWork.left();
        for (const { key, durationMs } of left)
          engine.tell({ type: 'tool_ended', key, ok: false, output: leftAtWork, durationMs });
        const how = failure ? ({ status: 'failed', error: failure } as const) : ({ status: 'aborted' } as const);
        const leftWorking = left.map(({ name }) => name);
        steps.end({ type: 'ended', result: { ...how, ...(left.length > 0 && { leftWorking }) } });
      };
      signal.addEventListener('abort', () => isEnding(signal) && void end(), { once: true });
      // Also while its end is waited for.
      task.signal.addEventListener('abort', () => isEnding(task.signal) || steps.end(aborted), { once: true });
      const input = task.history.flatMap(toInputItems);
      void runScope(engine, { id: '', depth: 0, agentId: task.prepared.agentId, input }).then(
        () => {
          if (!signal.aborted) steps.end(completed);
        },
        (error: unknown) => {
          if (signal.aborted) return;
          // It has been told like any other answer.
          if (error instanceof ModelRefusalError) return steps.end(completed);
          const reason = toRunError(error, 'The model');
          if (reason.code === 'internal') engine.onError(error);
          fail(reason);
        },
      );
      try {
        yield* steps;
      } finally {
        own.abort();
      }
    },
  };
}
