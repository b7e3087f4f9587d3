import type { RunLimits } from '../protocol/agent.ts';
import type { RunError } from '../protocol/errors.ts';
import type { RunLimit, Usage } from '../protocol/run.ts';

/** A limit that ends a run, in turns, tokens or US dollars. Of wall time the worker keeps account; such a run is `timed_out`. */
export interface LimitReached {
  readonly limit: Exclude<RunLimit, 'wall_time'>;
  readonly used: number;
  readonly max: number;
}

/** Whether a run that has used this much may ask a model once more. A turn is one question to a model, whoever of the run's agents asks. */
export function limitReached(limits: RunLimits, used: Usage): LimitReached | null {
  const { maxTurns, maxTokens } = limits;
  if (used.modelCalls >= maxTurns) return { limit: 'turns', used: used.modelCalls, max: maxTurns };
  const tokens = used.inputTokens + used.outputTokens;
  if (maxTokens !== null && tokens >= maxTokens) return { limit: 'tokens', used: tokens, max: maxTokens };
  return null;
}

const goOn = 'Tell it to go on, or ask for less at once.';

/** Why a run ends that has come to a limit. */
export function limitError({ limit, max }: LimitReached): RunError {
  switch (limit) {
    case 'turns':
      return { code: 'turn_limit', message: `The agent took more turns than the ${max} it may in one run. ${goOn}` };
    case 'tokens':
      return { code: 'token_limit', message: `The agent used more than the ${max} tokens it may in one run. ${goOn}` };
    case 'cost':
      return { code: 'cost_limit', message: `The run would cost more than the ${max} US dollars it may. ${goOn}` };
  }
}
