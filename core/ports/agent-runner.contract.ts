import { describe, expect, it } from 'vitest';
import type { AgentRunner, AgentStep, AgentTask } from './agent-runner.ts';
import { newId, samplePrepared, samplePreparedAgent, sampleTaskParts } from './samples.contract.ts';

/** A runner and what to ask it so that it does what the name says. `stop` is aborted once the first words are out. */
export interface RunnerWorld {
  readonly answering: { runner: AgentRunner; question: string };
  readonly failing: { runner: AgentRunner; question: string };
  readonly endless: { runner: AgentRunner; question: string };
}

function task(question: string, signal: AbortSignal): AgentTask {
  const runId = newId('run');
  const message = {
    id: newId('itm'),
    runId,
    type: 'user_message' as const,
    text: question,
    createdAt: '2026-11-21T09:00:00.000Z',
  };
  return {
    ...sampleTaskParts(samplePrepared(samplePreparedAgent()), runId),
    history: [message],
    signal,
  };
}

/** What every AgentRunner keeps: see its doc comment. */
export function agentRunnerContract(name: string, create: () => RunnerWorld): void {
  describe(`${name} as an agent runner`, () => {
    async function stepsOf(of: keyof RunnerWorld, controller = new AbortController()): Promise<AgentStep[]> {
      const { runner, question } = create()[of];
      const steps: AgentStep[] = [];
      for await (const step of runner.run(task(question, controller.signal))) {
        steps.push(step);
        if (of === 'endless' && step.type === 'text') controller.abort();
      }
      return steps;
    }
    const ends = (steps: readonly AgentStep[]) => steps.filter(({ type }) => type === 'ended');

    it('begins what it says, says it, ends it, counts it and ends last', async () => {
      const steps = await stepsOf('answering');

      const begun = steps.flatMap((step) => (step.type === 'message_started' ? [step.key] : []));
      const ended = steps.flatMap((step) => (step.type === 'text_ended' ? [step.key] : []));
      expect(begun).toHaveLength(1);
      expect(ended).toEqual(begun);
      expect(steps.filter((step) => step.type === 'text').every(({ key }) => key === begun[0])).toBe(true);
      expect(steps.filter(({ type }) => type === 'model_answered')).toHaveLength(1);
      expect(steps.at(-1)).toEqual({ type: 'ended', result: { status: 'completed' } });
      expect(ends(steps)).toHaveLength(1);
    });

    it('tells of trouble by its end, and does not throw', async () => {
      const steps = await stepsOf('failing');

      expect(steps.at(-1)).toMatchObject({
        type: 'ended',
        result: { status: 'failed', error: { code: expect.any(String), message: expect.stringMatching(/\.$/) } },
      });
      expect(ends(steps)).toHaveLength(1);
    });

    it('stops when it is told to, and says so', async () => {
      const steps = await stepsOf('endless');

      expect(steps.at(-1)).toEqual({ type: 'ended', result: { status: 'aborted' } });
      expect(ends(steps)).toHaveLength(1);
    });
  });
}
