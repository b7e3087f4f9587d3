import { resolveModel } from '#core/domain/model-id.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import type { RunContext } from '#core/ports/tool.ts';
import type { Surroundings } from './prepare-run.ts';
import type { AttemptDeps } from './run-attempt.ts';

/**
 * Has looked up what the run's first question to a model will need, while its thread is still being read: the budgets, and the key
 * of its agent's model. Nothing is decided by it, and what goes wrong is told when it is needed.
 */
export function lookAhead(
  { runner, spend, defaultModel }: Pick<AttemptDeps, 'runner' | 'spend' | 'defaultModel'>,
  record: RunRecord,
  context: RunContext,
  surroundings: Promise<Surroundings | null>,
): void {
  spend.lookAhead(record);
  surroundings.then(
    (found) => {
      const main = found?.context.agents.find(({ agent }) => agent.id === record.agentId);
      if (main) runner.lookAhead?.(resolveModel(main.agent.model, defaultModel), context);
    },
    // Whoever waits for the surroundings hears of it.
    () => {},
  );
}
