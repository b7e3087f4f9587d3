import type { RunLimits } from '../protocol/agent.ts';
import type { RunError } from '../protocol/errors.ts';
import type { RunLimit, Usage } from '../protocol/run.ts';

/** A limit that a run has come to. Turns, seconds, tokens or US dollars. */
export interface LimitReached {
  readonly limit: RunLimit;
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

/** Why a run ends that has come to a limit; one that has worked for too long is `timed_out` instead. */
export function limitError({ limit, max }: LimitReached): RunError {
  switch (limit) {
    case 'turns':
      return { code: 'turn_limit', message: `The agent took more turns than the ${max} it may in one run. ${goOn}` };
    case 'tokens':
      return { code: 'token_limit', message: `The agent used more than the ${max} tokens it may in one run. ${goOn}` };
    case 'cost':
      return { code: 'cost_limit', message: `The run would cost more than the ${max} US dollars it may. ${goOn}` };
    case 'wall_time':
      return { code: 'worker_lost', message: `The run took longer than the ${max} seconds it may. ${goOn}` };
  }
}
