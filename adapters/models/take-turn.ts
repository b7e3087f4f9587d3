import type { ModelRequest } from '@openai/agents';
import { type ModelResponse, modelCallId, type PreparedAgent, type SaidPart } from '#core/domain/journal.ts';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import { noTracer } from '#core/ports/tracer.ts';
import { askModel } from './ask-model.ts';
import { ModelError, RunFailure, toRunError } from './model-error.ts';
import { pauseBeforeRetry, unlessStalled } from './model-retry.ts';
import { reserveSpend } from './reserve-spend.ts';
import type { Engine } from './run-engine.ts';
import { authorIn, type Scope, withUniqueCallIds } from './scope.ts';
import { createSpeech } from './speech.ts';
import { watchModelCall } from './tell-calls.ts';

/**
 * Asks a real model until it has answered whole, as often as the policy allows. What it had said when it broke off is
 * dropped. Trouble that stays is thrown as the reason for which the run fails. It is always the same model that is asked.
 */
export async function takeTurn(
  engine: Engine,
  scope: Scope,
  agent: PreparedAgent,
  request: ModelRequest,
): Promise<{ response: ModelResponse; said: SaidPart[] }> {
  const { task, tell, retry, now, random, tracer = noTracer } = engine;
  const call = { runId: task.context.runId, callId: modelCallId(scope.id, scope.turn) };
  // Looked up while what the call may cost is reserved.
  const early = engine.findModel(agent.model, task.context);
  early.catch(() => {});
  await reserveSpend(engine, scope, agent, request, call);
  const startedAtMs = now();
  const endsAtMs = startedAtMs + retry.answerMs;
  for (let tries = 1; ; tries += 1) {
    const watch = watchModelCall(engine, { callId: call.callId, model: agent.model, agentId: agent.id, tries });
    const told = (step: AgentStep) => {
      watch.began();
      tell(step);
    };
    const speech = createSpeech(told, call.callId, authorIn(scope, agent.id));
    const stop = new AbortController();
    const signal = AbortSignal.any([task.signal, stop.signal]);
    try {
      const model = await (tries === 1 ? early : engine.findModel(agent.model, task.context));
      const answer = await tracer.span('model', { ...call, model: agent.model, agentId: agent.id, tries }, () =>
        askModel(model, { ...request, signal }, speech, (events) =>
          unlessStalled(events, {
            now,
            wait: engine.wait,
            stallMs: retry.stallMs,
            endsAtMs,
            signal,
            stop: () => stop.abort(),
          }),
        ),
      );
      watch.answered(answer.usage);
      const response = withUniqueCallIds(scope, answer);
      await engine.spend?.settle({ ...call, model: agent.model, usage: response.usage }).catch(engine.breakOff);
      return { response, said: [...speech.said] };
    } catch (error) {
      if (task.signal.aborted) {
        watch.stopped();
        throw error;
      }
      const pauseMs = pauseBeforeRetry(error, { tries, startedAtMs, nowMs: now() }, retry, random);
      watch.failed(error, pauseMs);
      if (pauseMs === null) {
        await engine.spend?.release(call).catch(engine.breakOff);
        engine.onError(error);
        // Its caller goes on, and what it had begun to say is in no journal.
        const isDelegate = scope.id !== '';
        if (isDelegate && speech.keys.length > 0)
          tell({ type: 'turn_dropped', keys: speech.keys, message: toRunError(error, agent.model).message });
        throw new RunFailure(toRunError(error, agent.model), error);
      }
      const seconds = Math.max(1, Math.round(pauseMs / 1000));
      const { message: reason } = error instanceof ModelError ? error : toRunError(error, agent.model);
      tell({
        type: 'turn_dropped',
        keys: speech.keys,
        message: `${withoutAdvice(reason)} Trying again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
      });
      await engine.wait(pauseMs, task.signal);
    }
  }
}

/** A message for people without its last sentence, which tells them to do what is being done already. */
const withoutAdvice = (message: string): string => message.replace(/ (?:Try again|Check that)[^.]*\.$/, '');
