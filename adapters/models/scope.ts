import type { ModelRequest } from '@openai/agents';
import { callKey, type ModelResponse } from '#core/domain/journal.ts';
import type { SteerMessage } from '#core/ports/agent-runner.ts';
import type { AgentId } from '#core/protocol/ids.ts';
import type { CutOff } from '#core/protocol/item.ts';

export interface FunctionCall {
  readonly key: string;
  readonly callId: string;
  readonly name: string;
  readonly arguments: string;
}

/** One conversation with models within a run: the run's own, or a delegate's. */
export interface Scope {
  /** '' for the run's own, else the key of the call that asked the delegate. */
  readonly id: string;
  readonly depth: number;
  /** How often a model has been asked. */
  turn: number;
  /** The last answer is not whole. */
  cutOff: CutOff | undefined;
  /** The calls of the turn at hand. */
  calls: readonly FunctionCall[];
  /** The handoff of the turn at hand, and who asked for it. */
  handoff: { readonly key: string; readonly agentId: AgentId } | undefined;
  /** Calls that the SDK answers itself, by their callId; see `endRefusedCalls`. */
  readonly refused: Map<string, FunctionCall>;
  /** Call ids that stand in the conversation: none may come twice. */
  readonly usedCallIds: Set<string>;
  /** Messages that were put in under way, each before the item of the conversation with this index. */
  readonly steers: { readonly position: number; readonly messages: readonly SteerMessage[] }[];
}

export const createScope = (id: string, depth: number): Scope => ({
  id,
  depth,
  turn: 0,
  cutOff: undefined,
  calls: [],
  handoff: undefined,
  refused: new Map(),
  usedCallIds: new Set(),
  steers: [],
});

/** Who speaks in this scope, as steps say it. */
export const authorIn = (scope: Scope, agentId: AgentId) => ({
  agentId,
  ...(scope.id !== '' && { parent: scope.id }),
});

type Input = Exclude<ModelRequest['input'], string>;

export const inputList = (input: ModelRequest['input']): Input =>
  typeof input === 'string' ? [{ role: 'user', content: input }] : input;

/** The conversation with what was put in under way, at the places where it was first read. */
export function withSteers({ steers }: Scope, input: Input): Input {
  return steers.reduceRight<Input>(
    (items, { position, messages }) =>
      items.toSpliced(position, 0, ...messages.map(({ text }) => ({ role: 'user' as const, content: text }))),
    input,
  );
}

/**
 * An answer whose calls have ids that this conversation has not seen: some models begin to count anew in every answer, and
 * the SDK takes the same id for the same call.
 */
export function withUniqueCallIds(scope: Scope, response: ModelResponse): ModelResponse {
  const output = response.output.map((item, index) => {
    if (item['type'] !== 'function_call' || typeof item['callId'] !== 'string') return item;
    const callId = scope.usedCallIds.has(item['callId']) ? `${item['callId']}_${scope.turn}_${index}` : item['callId'];
    scope.usedCallIds.add(callId);
    return { ...item, callId };
  });
  return { ...response, output };
}

/** The calls in an answer, in order, with their keys. */
export const callsIn = (scope: Scope, { output }: ModelResponse): FunctionCall[] =>
  output
    .filter((item) => item['type'] === 'function_call')
    .map((item, index) => ({
      key: callKey(scope.id, scope.turn, index),
      callId: String(item['callId']),
      name: String(item['name']),
      arguments: String(item['arguments']),
    }));

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
