import { agentRunnerContract } from '#core/ports/agent-runner.contract.ts';
import { createDemoModel } from './demo-model.ts';
import { ModelError } from './model-error.ts';
import { createOpenAiAgentRunner } from './openai-agent-runner.ts';
import { plainDeps } from './testing.ts';

const common = plainDeps();

agentRunnerContract('The OpenAI Agents SDK', () => {
  const fast = createOpenAiAgentRunner({ ...common, findModel: () => createDemoModel({ tokensPerSecond: 100_000 }) });
  const slow = createOpenAiAgentRunner({ ...common, findModel: () => createDemoModel({ tokensPerSecond: 1 }) });
  const none = createOpenAiAgentRunner({
    ...common,
    findModel: () => {
      throw new ModelError('model_unknown', 'There is no such model.');
    },
  });
  return {
    answering: { runner: fast, question: 'Hello' },
    failing: { runner: none, question: 'Hello' },
    endless: { runner: slow, question: 'Write a long answer' },
  };
});
