import { agentRunnerContract } from '#core/ports/agent-runner.contract.ts';
import type { AgentTask } from '#core/ports/agent-runner.ts';
import { failsAfter, says, saysUntilStopped } from './testing.ts';

type Script = ReturnType<typeof says>;
const play = (script: Script) => ({ runner: { run: (task: AgentTask) => script(task) }, question: 'Hello' });

// The scripts that stand in for agents in these tests keep what the real runner keeps.
agentRunnerContract('A script', () => ({
  answering: play(says('Hi.')),
  failing: play(failsAfter('Half of')),
  endless: play(saysUntilStopped('Well')),
}));
