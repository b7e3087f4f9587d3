import type { ModelRequest } from '@openai/agents';
import type { PreparedAgent } from '#core/domain/journal.ts';
import { limitError } from '#core/domain/run-limits.ts';
import type { WaitAnswer } from '#core/domain/run-wait.ts';
import type { Breach, SpendCall } from '#core/ports/spend-guard.ts';
import { RunFailure } from './model-error.ts';
import type { Engine } from './run-engine.ts';
import type { Scope } from './scope.ts';

/** What a model is taken to write at most when nobody set a limit. */
const assumedOutputTokens = 4_096;
/** Fewer than most texts have, so that a prompt is rather over- than underestimated. */
const bytesPerToken = 3;
const expiresInSeconds = 7 * 86_400;

/** Sees to it that a call of a model may be paid for. A budget that is in the way is a question to a person; the run's own limit ends it. */
export async function reserveSpend(
  engine: Engine,
  scope: Scope,
  agent: PreparedAgent,
  request: ModelRequest,
  call: SpendCall,
): Promise<void> {
  const { spend, task, tell } = engine;
  if (!spend) return;
  const { workspaceId, userId, isAnonymous, threadId } = task.context;
  const main = task.prepared.agents.find(({ id }) => id === task.prepared.agentId) ?? agent;
  const bytes = Buffer.byteLength(JSON.stringify([request.systemInstructions, request.input, request.tools]));
  const reservation = await spend
    .reserve({
      ...call,
      workspaceId,
      userId,
      isAnonymous,
      threadId,
      agentId: agent.id,
      model: agent.model,
      estimate: {
        inputTokens: Math.ceil(bytes / bytesPerToken),
        maxOutputTokens: agent.settings.maxOutputTokens ?? assumedOutputTokens,
      },
      runLimits: main.limits,
    })
    .catch(engine.breakOff);
  if (reservation.kind === 'reserved') return;
  if (reservation.scope === 'run') {
    const reached = { limit: 'cost' as const, used: reservation.spentUsd, max: reservation.limitUsd };
    tell({ type: 'limit_reached', ...reached });
    throw new RunFailure(limitError(reached));
  }
  await askForMore(engine, scope, agent, call, reservation);
}

/** Never lets a call pass that holds no reservation: a budget that is still in the way after an answer is asked about again. */
async function askForMore(engine: Engine, scope: Scope, agent: PreparedAgent, call: SpendCall, breach: Breach) {
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
    // Either has let the run pass the budget that it was about: if one is in the way all the same, it is another one, or raised by too little.
    if (decision !== 'raise' && decision !== 'continue_once')
      throw new RunFailure({ code: 'budget_stopped', message: breach.message });
  }
}

const decisionOf = (answer: WaitAnswer): string =>
  answer.type === 'decision' ? answer.decision.decision : answer.type;
