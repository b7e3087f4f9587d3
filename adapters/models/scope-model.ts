import type { Model, ModelRequest, StreamEvent } from '@openai/agents';
import * as z from 'zod';
import { type ModelEntry, type ModelResponse, modelCallId, type PreparedAgent } from '#core/domain/journal.ts';
import { limitError, limitReached } from '#core/domain/run-limits.ts';
import { timestamp } from '#core/ports/clock.ts';
import { RunFailure } from './model-error.ts';
import { endRefusedCalls } from './refused-calls.ts';
import { requestHash } from './request-hash.ts';
import type { Engine } from './run-engine.ts';
import { authorIn, callsIn, inputList, isJson, type Scope, withSteers } from './scope.ts';
import { createSpeech } from './speech.ts';
import { takeTurn } from './take-turn.ts';

/**
 * The model of one agent in one scope, as the SDK asks it. What the journal has is given from there, if it is an answer to
 * this very question; anything else is asked of the real model, and is in the journal before the SDK sees it.
 */
export function createScopeModel(engine: Engine, scope: Scope, agent: PreparedAgent): Model {
  const { task, scopes, tell } = engine;

  /** Messages for the run are read before its own agents' next question; a delegate answers what it was asked. */
  async function takeSteers(position: number): Promise<void> {
    if (scope.id !== '') return;
    const afterTurn = scope.turn - 1;
    const journaled = task.journal.steered(afterTurn);
    if (!journaled && task.journal.model(scope.id, scope.turn)) return;
    // What was known before the first turn was read with the run's claim.
    if (!journaled && scope.turn > 1) await task.lookAgain().catch(engine.breakOff);
    const messages = journaled?.messages ?? task.steers();
    if (messages.length === 0) return;
    if (!journaled)
      await engine.journal({ type: 'steered', afterTurn, messages: [...messages], at: timestamp(engine.now()) });
    scope.steers.push({ position, messages });
    tell({ type: 'steers_read', itemIds: messages.map(({ itemId }) => itemId), turn: scope.turn });
  }

  function replay(entry: ModelEntry, hash: string): ModelResponse {
    if (entry.requestHash !== hash || entry.agentId !== agent.id) {
      const message =
        'The run could not be taken up where it was left: what it would do now is not what it did before.';
      throw new RunFailure({ code: 'replay_diverged', message });
    }
    const speech = createSpeech(tell, modelCallId(scope.id, scope.turn), authorIn(scope, agent.id));
    for (const { type, text, cutOff } of entry.said) {
      speech.close();
      speech.say(type, text);
      speech.close(cutOff);
    }
    scope.cutOff = entry.said.at(-1)?.cutOff;
    for (const { callId } of callsIn(scope, entry.response)) scope.usedCallIds.add(callId);
    return entry.response;
  }

  async function ask(request: ModelRequest, hash: string): Promise<ModelResponse> {
    task.signal.throwIfAborted();
    if (scope.id !== '' && task.journal.tool(scope.id).done) throw givenUp();
    await engine.pauseIfDraining(scope.id);
    checkLimits();
    const turn = await takeTurn(engine, scope, agent, request);
    const { response, isEstimate, said } = turn;
    scope.cutOff = said.at(-1)?.cutOff;
    const { agentId, at } = { agentId: agent.id, at: timestamp(engine.now()) };
    const { id, turn: number } = { id: scope.id, turn: scope.turn };
    await engine.journal({
      type: 'model',
      scope: id,
      turn: number,
      requestHash: hash,
      agentId,
      model: agent.model,
      response,
      ...(isEstimate && { isEstimate }),
      said,
      at,
    });
    return response;
  }

  function checkLimits(): void {
    const main = task.prepared.agents.find(({ id }) => id === task.prepared.agentId) ?? agent;
    const reached = limitReached(main.limits, task.journal.used);
    if (!reached) return;
    tell({ type: 'limit_reached', ...reached });
    throw new RunFailure(limitError(reached));
  }

  /** Tells what the model has asked for, and which of it is going to be carried out. */
  function tellCalls(request: ModelRequest, response: ModelResponse): void {
    const handoffs = new Set(request.handoffs.map(({ toolName }) => toolName));
    const tools = new Set(request.tools.flatMap((tool) => (tool.type === 'function' ? [tool.name] : [])));
    const calls = callsIn(scope, response);
    const [handoff] = calls.filter(({ name }) => handoffs.has(name));
    scope.handoff = handoff && { key: handoff.key, agentId: agent.id };
    scope.calls = calls.filter(({ name }) => !handoffs.has(name));
    for (const call of scope.calls) tell({ type: 'tool_called', ...call, ...authorIn(scope, agent.id) });
    const carriedOut = scope.calls.filter((call) => tools.has(call.name) && isJson(call.arguments));
    for (const call of scope.calls) if (!carriedOut.includes(call)) scope.refused.set(call.callId, call);
    scopes.call(
      scope.id,
      carriedOut.map(({ key }) => key),
    );
  }

  async function* stream(given: ModelRequest): AsyncIterable<StreamEvent> {
    scopes.think(scope.id);
    scope.turn += 1;
    endRefusedCalls(scope, given.input, tell);
    const input = inputList(given.input);
    await takeSteers(input.length);
    const request = { ...given, input: withSteers(scope, input) };
    const hash = requestHash({ agentId: agent.id, model: agent.model }, request);
    const entry = task.journal.model(scope.id, scope.turn);
    const response = entry ? replay(entry, hash) : await ask(request, hash);
    tell({ type: 'model_answered', usage: response.usage });
    // Tools begin as soon as the SDK sees the answer: a worker that is to stop leaves them to the next one.
    if (callsIn(scope, response).length > 0) await engine.pauseIfDraining(scope.id);
    tellCalls(request, response);
    yield doneEvent(response);
  }

  return {
    getStreamedResponse: stream,
    getResponse: () => Promise.reject(new Error('a run only streams')),
  };
}

/** The journal says that a delegate's caller was told of its trouble: it is not asked again, and nobody reads this. */
const givenUp = () => new RunFailure({ code: 'model_unavailable', message: 'It has been given up.' });

const Output = z.custom<Extract<StreamEvent, { type: 'response_done' }>['response']['output']>(Array.isArray);

/** The SDK needs only the whole answer: what it says on the way has been told by then. */
function doneEvent({ id, output, providerData, usage }: ModelResponse): StreamEvent {
  const { inputTokens, outputTokens } = usage;
  return {
    type: 'response_done',
    response: {
      id: id ?? '',
      output: Output.parse(output),
      ...(providerData && { providerData }),
      usage: { requests: 1, inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
    },
  };
}
