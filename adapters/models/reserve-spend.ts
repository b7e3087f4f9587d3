import type { PreparedAgent } from '#core/domain/journal.ts';
import { limitError } from '#core/domain/run-limits.ts';
import type { WaitAnswer } from '#core/domain/run-wait.ts';
import type { AgentTask } from '#core/ports/agent-runner.ts';
import type { Breach, Reservation, SpendCall, SpendRequest } from '#core/ports/spend-guard.ts';
import { RunFailure } from './model-error.ts';
import type { Engine } from './run-engine.ts';
import type { Scope } from './scope.ts';

const expiresInSeconds = 7 * 86_400;

/**
 * Sees to it that a call of a model may be paid for. A limit that is in the way, of a budget or of the run itself, is a question to a
 * person. `isHeld`: an amount is reserved, so the model must be kept to the estimate.
 */
export async function reserveSpend(
  engine: Engine,
  scope: Scope,
  agent: PreparedAgent,
  call: SpendCall & Pick<SpendRequest, 'estimate'>,
): Promise<Pick<Extract<Reservation, { kind: 'reserved' }>, 'isHeld'>> {
  const { spend, task, tell } = engine;
  if (!spend) return { isHeld: false };
  const { workspaceId, userId, isAnonymous, threadId } = task.context;
  const main = task.prepared.agents.find(({ id }) => id === task.prepared.agentId) ?? agent;
  const { runId, callId, estimate } = call;
  const of = { runId, callId, workspaceId, userId, isAnonymous, threadId, agentId: agent.id, model: agent.model };
  const reservation = await spend.reserve({ ...of, estimate, runLimits: main.limits }).catch(engine.breakOff);
  switch (reservation.kind) {
    case 'reserved':
      if (!reservation.priced && isNews(task, agent.model))
        tell({ type: 'notice', level: 'warning', message: unpriced(agent.model) });
      return reservation;
    case 'refused':
      throw new RunFailure({ code: 'budget_stopped', message: reservation.message });
    case 'breach':
      return askForMore(engine, scope, agent, call, reservation);
  }
}

/** Said once in a thread. Later it is seen where it can be changed: at each answer's cost, and beside the budgets. */
const isNews = ({ journal, history }: AgentTask, model: string): boolean =>
  !journal.hasAsked(model) && !history.some(({ type }) => type === 'agent_message');

const unpriced = (model: string): string =>
  `Nobody has said what ${model} costs, so its cost is unknown and no budget counts it. An owner or admin can set a price under Settings, Budgets.`;

/** Never lets a call pass that holds no reservation: a limit that is still in the way after an answer is asked about again. */
async function askForMore(
  engine: Engine,
  scope: Scope,
  agent: PreparedAgent,
  call: SpendCall,
  breach: Breach,
): Promise<never> {
  for (let asked = 0; ; asked += 1) {
    const callId = asked === 0 ? call.callId : `${call.callId}#${asked}`;
    const answer = engine.task.answerTo('budget', callId);
    if (!answer) {
      const { kind: _, message, ...reached } = breach;
      return engine.waitFor(scope.id, {
        kind: 'budget',
        callId,
        agentId: agent.id,
        breach: reached,
        message,
        decider: 'admin',
        expiresInSeconds,
      });
    }
    const decision = decisionOf(answer);
    // Either has let the run pass the limit that it was about: if one is in the way all the same, it is another one, or raised by too little.
    if (decision !== 'raise' && decision !== 'continue_once') throw stoppedBy(engine, breach);
  }
}

/** Nobody lets the run pass: its own limit ends it as its other limits do. */
function stoppedBy({ tell }: Engine, { scope, limitUsd, spentUsd, message }: Breach): RunFailure {
  if (scope !== 'run') return new RunFailure({ code: 'budget_stopped', message });
  const reached = { limit: 'cost', used: spentUsd, max: limitUsd } as const;
  tell({ type: 'limit_reached', ...reached });
  return new RunFailure(limitError(reached));
}

const decisionOf = (answer: WaitAnswer): string =>
  answer.type === 'decision' ? answer.decision.decision : answer.type;
