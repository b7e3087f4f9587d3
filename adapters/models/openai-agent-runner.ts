import { ModelRefusalError, Runner, Agent as SdkAgent } from '@openai/agents';
import type { AgentRunner, AgentStep, AgentTask } from '#core/ports/agent-runner.ts';
import type { Tool } from '#core/ports/tool.ts';
import { toInputItems } from './input-items.ts';
import { toRunError } from './model-error.ts';
import type { FindModel } from './models.ts';
import { endRefusedCalls } from './refused-calls.ts';
import { StepQueue } from './step-queue.ts';
import { watchModel } from './watched-model.ts';
import { watchTool } from './watched-tool.ts';

interface Deps {
  readonly findModel: FindModel;
  readonly tools: readonly Tool[];
  readonly onError: (error: unknown) => void;
}

const completed: AgentStep = { type: 'ended', result: { status: 'completed' } };
const aborted: AgentStep = { type: 'ended', result: { status: 'aborted' } };

/** Runs agents with the OpenAI Agents SDK, on whatever model it is given. A reader that goes away stops the agent. */
export function createOpenAiAgentRunner({ findModel, tools, onError }: Deps): AgentRunner {
  return {
    async *run(task) {
      if (task.signal.aborted) {
        yield aborted;
        return;
      }
      const steps = new StepQueue<AgentStep>();
      const unread = new AbortController();
      const signal = AbortSignal.any([task.signal, unread.signal]);
      // At once, however long the SDK and a tool take to stop; what they still tell comes after the end and is dropped.
      signal.addEventListener('abort', () => steps.end(aborted), { once: true });
      void converse({ ...task, signal }, (step) => steps.push(step)).then(
        () => steps.end(completed),
        (error: unknown) => {
          if (signal.aborted) return;
          // It has been told like any other answer.
          if (error instanceof ModelRefusalError) return steps.end(completed);
          onError(error);
          steps.end({ type: 'ended', result: { status: 'failed', error: toRunError(error, task.model) } });
        },
      );
      try {
        yield* steps;
      } finally {
        unread.abort();
      }
    },
  };

  async function converse(task: AgentTask, push: (step: AgentStep) => void): Promise<void> {
    const { tell, seeRequest } = endRefusedCalls(push);
    let keys = 0;
    const nextKey = () => {
      keys += 1;
      return `text_${keys}`;
    };
    const runner = new Runner({
      modelProvider: { getModel: () => watchModel(findModel(task.model), { tell, nextKey, seeRequest }) },
      tracingDisabled: true,
      toolNotFoundBehavior: 'return_error_to_model',
    });
    const agent = new SdkAgent({
      name: task.agent.name,
      instructions: task.agent.instructions,
      model: task.model,
      tools: tools
        .filter(({ name }) => task.agent.tools.includes(name))
        .map((own) => watchTool(own, tell, task.signal)),
    });
    const result = await runner.run(agent, task.history.flatMap(toInputItems), {
      stream: true,
      maxTurns: task.maxTurns,
      signal: task.signal,
    });
    for await (const _ of result) {
      // The watched model and tools tell what happens; reading the stream only drives the run.
    }
    await result.completed;
    if (result.error) throw result.error;
  }
}
