import type { CredentialOrigin } from '../protocol/credential.ts';
import type { AgentId } from '../protocol/ids.ts';
import type { Usage } from '../protocol/run.ts';
import { type JournalEntry, modelCallId } from './journal.ts';

// What a run has asked of models, read from its journal: each question was paid, whatever came of it.

/** A question to a model that was paid. */
export interface ModelCall {
  /** The run's own name for the call. */
  readonly callId: string;
  readonly agentId: AgentId;
  readonly model: string;
  /** Whose key paid for it; null for a model that needs none, and where a journal of an older form does not say. */
  readonly keyOf: CredentialOrigin | null;
  /** `cut`: the answer broke off, or was none. `lost`: its worker died, and nobody knows what came of it. */
  readonly outcome: 'answered' | 'cut' | 'lost';
  readonly usage: Omit<Usage, 'modelCalls' | 'costMicroUsd'>;
  /** The provider has not said what it took. */
  readonly isEstimate: boolean;
  /** When it was over, as far as anybody knows: ISO 8601 in UTC. */
  readonly at: string;
}

/** The same question asked again is another call. */
export const paidCallId = (scope: string, turn: number, nth: number): string =>
  nth === 1 ? modelCallId(scope, turn) : `${modelCallId(scope, turn)}~${nth}`;

type Question = Pick<Extract<JournalEntry, { type: 'asked' }>, 'scope' | 'turn'>;
type Open = Omit<ModelCall, 'outcome' | 'usage' | 'isEstimate'> & { readonly inputTokens: number };

/**
 * The paid calls of a run, in the order of their ends. A question that nothing stands behind is lost when a later attempt has
 * begun, and when the run `isOver`; until then it may still be answered.
 */
export function modelCallsIn(entries: Iterable<JournalEntry>, { isOver = false } = {}): ModelCall[] {
  const calls: ModelCall[] = [];
  const asked = new Map<string, number>();
  const open = new Map<string, Open>();

  const next = ({ scope, turn }: Question): string => {
    const nth = (asked.get(keyOf({ scope, turn })) ?? 0) + 1;
    asked.set(keyOf({ scope, turn }), nth);
    return paidCallId(scope, turn, nth);
  };
  const lose = (key: string): void => {
    const lost = open.get(key);
    open.delete(key);
    if (!lost) return;
    const { inputTokens, ...call } = lost;
    const usage = { inputTokens, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 };
    calls.push({ ...call, outcome: 'lost', usage, isEstimate: true });
  };
  const close = (entry: Extract<JournalEntry, { type: 'cut' | 'model' }>): Pick<ModelCall, 'callId' | 'keyOf'> => {
    const question = open.get(keyOf(entry));
    open.delete(keyOf(entry));
    return question ?? { callId: next(entry), keyOf: null };
  };

  for (const entry of entries) {
    switch (entry.type) {
      case 'began':
        for (const key of [...open.keys()]) lose(key);
        break;
      case 'asked': {
        lose(keyOf(entry));
        const { agentId, model, inputTokens, at } = entry;
        open.set(keyOf(entry), { callId: next(entry), agentId, model, keyOf: entry.keyOf ?? null, inputTokens, at });
        break;
      }
      case 'cut': {
        const { agentId, model, usage, isEstimate, at } = entry;
        const { callId, keyOf: key } = close(entry);
        const isPaid = usage.inputTokens + usage.outputTokens > 0;
        if (isPaid) calls.push({ callId, agentId, model, keyOf: key, outcome: 'cut', usage, isEstimate, at });
        break;
      }
      case 'model': {
        const { agentId, model, response, isEstimate = false, at } = entry;
        const { callId, keyOf: key } = close(entry);
        calls.push({
          callId,
          agentId,
          model,
          keyOf: key,
          outcome: 'answered',
          usage: response.usage,
          isEstimate,
          at,
        });
        break;
      }
      case 'tool_started':
      case 'tool_done':
      case 'steered':
        break;
    }
  }
  if (isOver) for (const key of [...open.keys()]) lose(key);
  return calls;
}

const keyOf = ({ scope, turn }: Question): string => `${scope}#${turn}`;

const origins: readonly CredentialOrigin[] = ['user', 'workspace', 'platform'];

/** What calls took together. `modelCalls` are the answers, which are the turns of the run. */
export function usageOf(calls: readonly ModelCall[]): Usage {
  const sum = (count: (call: ModelCall) => number) => calls.reduce((total, call) => total + count(call), 0);
  const estimatedCalls = sum(({ isEstimate }) => Number(isEstimate));
  const keys = origins.filter((origin) => calls.some((call) => call.keyOf === origin));
  return {
    modelCalls: sum(({ outcome }) => Number(outcome === 'answered')),
    inputTokens: sum(({ usage }) => usage.inputTokens),
    cachedInputTokens: sum(({ usage }) => usage.cachedInputTokens),
    outputTokens: sum(({ usage }) => usage.outputTokens),
    reasoningTokens: sum(({ usage }) => usage.reasoningTokens),
    ...(estimatedCalls > 0 && { estimatedCalls }),
    ...(keys.length > 0 && { keys }),
  };
}
