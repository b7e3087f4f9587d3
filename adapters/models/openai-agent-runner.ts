import { ModelRefusalError } from '@openai/agents';
import type { AgentRunner, AgentStep } from '#core/ports/agent-runner.ts';
import { toInputItems } from './input-items.ts';
import { toRunError } from './model-error.ts';
import { createEngine, type EngineDeps, type EngineTask } from './run-engine.ts';
import { runScope } from './run-scope.ts';
import { StepQueue } from './step-queue.ts';

const completed: AgentStep = { type: 'ended', result: { status: 'completed' } };
const aborted: AgentStep = { type: 'ended', result: { status: 'aborted' } };

/** Runs agents with the OpenAI Agents SDK, on whatever model they are given. A reader that goes away stops the agent. */
export function createOpenAiAgentRunner(deps: EngineDeps): AgentRunner {
  return {
    async *run(task: EngineTask) {
      if (task.signal.aborted) {
        yield aborted;
        return;
      }
      const steps = new StepQueue<AgentStep>();
      const unread = new AbortController();
      const signal = AbortSignal.any([task.signal, unread.signal]);
      // At once, however long the SDK and a tool take to stop; what they still tell comes after the end and is dropped.
      signal.addEventListener('abort', () => steps.end(aborted), { once: true });
      const engine = createEngine(deps, { ...task, signal }, steps);
      const input = task.history.flatMap(toInputItems);
      void runScope(engine, { id: '', depth: 0, agentId: task.prepared.agentId, input }).then(
        () => steps.end(completed),
        (error: unknown) => {
          if (signal.aborted) return;
          // It has been told like any other answer.
          if (error instanceof ModelRefusalError) return steps.end(completed);
          const reason = toRunError(error, 'The model');
          if (reason.code === 'internal') engine.onError(error);
          steps.end({ type: 'ended', result: { status: 'failed', error: reason } });
        },
      );
      try {
        yield* steps;
      } finally {
        unread.abort();
      }
    },
  };
}
