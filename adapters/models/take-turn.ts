import type { ModelRequest } from '@openai/agents';
import { type ModelResponse, modelCallId, type PreparedAgent, type SaidPart } from '#core/domain/journal.ts';
import { isUnavailable } from '#core/errors.ts';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import type { SpendCall } from '#core/ports/spend-guard.ts';
import { noTracer } from '#core/ports/tracer.ts';
import { askModel, type Heard } from './ask-model.ts';
import { ModelError, RunFailure, toRunError } from './model-error.ts';
import { pauseBeforeRetry, unlessStalled } from './model-retry.ts';
import { createPaidQuestion, type PaidQuestion } from './paid-question.ts';
import { reserveSpend } from './reserve-spend.ts';
import { type Engine, isLeftToAnother } from './run-engine.ts';
import { authorIn, type Scope, withUniqueCallIds } from './scope.ts';
import { withOutputLimit } from './sdk-settings.ts';
import { createSpeech, type Speech } from './speech.ts';
import { watchModelCall } from './tell-calls.ts';

interface Turn {
  readonly response: ModelResponse;
  /** The provider has not said what it took. */
  readonly isEstimate: boolean;
  readonly said: SaidPart[];
}

/**
 * Asks a real model until it has answered whole, as often as the policy allows. What it had said when it broke off is
 * dropped, and paid. Trouble that stays is thrown as the reason for which the run fails. It is always the same model that is asked.
 */
export async function takeTurn(
  engine: Engine,
  scope: Scope,
  agent: PreparedAgent,
  request: ModelRequest,
): Promise<Turn> {
  const { task, tell, retry, now, random } = engine;
  const name = modelCallId(scope.id, scope.turn);
  // Looked up while what the call may cost is reserved.
  const early = engine.findModel(agent.model, task.context);
  early.catch(() => {});
  const startedAtMs = now();
  const endsAtMs = startedAtMs + retry.answerMs;
  const errors: unknown[] = [];
  for (let tries = 1; ; tries += 1) {
    // As the journal counts it: only what was asked has a number, and a reservation that led to no question is held again.
    const nth = task.journal.asks(scope.id, scope.turn) + 1;
    const question = createPaidQuestion(engine, scope, agent, { request, nth });
    const { isHeld } = await reserveSpend(engine, scope, agent, question);
    await unlessStopped(engine, question);
    const limited = isHeld ? withOutputLimit(request, agent.model, question.limit.maxOutputTokens) : request;
    const watch = watchModelCall(engine, { callId: question.callId, model: agent.model, agentId: agent.id, tries });
    const told = (step: AgentStep) => {
      watch.began();
      tell(step);
    };
    const speech = createSpeech(told, name, authorIn(scope, agent.id));
    const find = () => (tries === 1 ? early : engine.findModel(agent.model, task.context));
    try {
      const turn = await ask(engine, scope, agent, { question, request: limited, speech, find, tries, endsAtMs });
      watch.answered(turn.response.usage);
      return turn;
    } catch (error) {
      if (task.signal.aborted) {
        watch.stopped();
        throw error;
      }
      errors.push(error);
      const pauseMs = pauseBeforeRetry({ errors, startedAtMs, nowMs: now() }, retry, random);
      watch.failed(error, pauseMs);
      if (pauseMs === null) {
        // A store of ours that is away is no trouble of the model's: the run comes back, as it does with any other.
        if (error instanceof ModelError && isUnavailable(error.cause)) return engine.breakOff(error.cause);
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

interface Try {
  readonly question: PaidQuestion;
  readonly request: ModelRequest;
  readonly speech: Speech;
  readonly find: () => ReturnType<Engine['findModel']>;
  readonly tries: number;
  readonly endsAtMs: number;
}

/** Asks once. What it took is noted, also when it broke off. */
async function ask(
  engine: Engine,
  scope: Scope,
  agent: PreparedAgent,
  { question, request, speech, find, tries, endsAtMs }: Try,
): Promise<Turn> {
  const { task, retry, spend, tracer = noTracer } = engine;
  const { runId, callId } = question;
  const model = await find().catch(async (error: unknown) => {
    // Nobody was asked.
    await spend?.release({ runId, callId }).catch(engine.breakOff);
    throw error;
  });
  await unlessStopped(engine, question);
  const heard: Heard = { pieces: 0 };
  const stop = new AbortController();
  const signal = AbortSignal.any([task.signal, stop.signal]);
  // In the very moment of the abort, so that it is noted before the run is left. What fails here is done when the run ends:
  // whoever reads its journal then finds a question without an answer.
  const leave = () => void question.cut(speech, heard, task.signal.reason).catch(() => {});
  // On its way while the model is asked.
  const noted = question.asked(model.keyOf);
  noted.catch(() => {});
  task.signal.addEventListener('abort', leave, { once: true });
  try {
    const about = { runId, callId, model: agent.model, agentId: agent.id, tries };
    const answer = await (tracer ?? noTracer).span('model', about, () =>
      askModel(
        model,
        { ...request, signal },
        speech,
        (events) =>
          unlessStalled(events, {
            now: engine.now,
            wait: engine.wait,
            stallMs: retry.stallMs,
            endsAtMs,
            signal,
            stop: () => stop.abort(),
          }),
        heard,
      ),
    );
    await noted.catch(engine.breakOff);
    const { response, isEstimate } = question.reckoned(withUniqueCallIds(scope, answer), speech, heard);
    await spend?.settle({ runId, callId, usage: response.usage }).catch(engine.breakOff);
    return { response, isEstimate, said: [...speech.said] };
  } catch (error) {
    task.signal.removeEventListener('abort', leave);
    if (!task.signal.aborted) await question.cut(speech, heard, error).catch(engine.breakOff);
    throw error;
  } finally {
    task.signal.removeEventListener('abort', leave);
  }
}

/**
 * Asks no more once the run has been stopped. What was reserved is given back, also behind the end of the run, which has released only
 * what it saw; but not when another worker goes on, which holds the same call.
 */
async function unlessStopped({ task, spend, breakOff }: Engine, { runId, callId }: SpendCall): Promise<void> {
  const { signal } = task;
  if (!signal.aborted) return;
  if (!isLeftToAnother(signal)) await spend?.release({ runId, callId }).catch(breakOff);
  signal.throwIfAborted();
}

/** A message for people without its last sentence, which tells them to do what is being done already. */
const withoutAdvice = (message: string): string => message.replace(/ (?:Try again|Check that)[^.]*\.$/, '');
