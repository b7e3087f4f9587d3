import type { ModelRequest } from '@openai/agents';
import { APIError } from 'openai';
import type { ModelResponse, PreparedAgent } from '#core/domain/journal.ts';
import { paidCallId, usageOf } from '#core/domain/paid-calls.ts';
import { likelyTokens, mostInputTokens, type OutputLimit, outputLimit } from '#core/domain/token-bound.ts';
import { timestamp } from '#core/ports/clock.ts';
import type { SpendCall, SpendRequest } from '#core/ports/spend-guard.ts';
import type { CredentialOrigin } from '#core/protocol/credential.ts';
import type { Usage } from '#core/protocol/run.ts';
import type { Heard } from './ask-model.ts';
import type { Engine } from './run-engine.ts';
import { inputList, type Scope } from './scope.ts';
import type { Speech } from './speech.ts';

/** One question to a model, which is paid from the moment at which it is asked, whatever comes of it. */
export interface PaidQuestion extends SpendCall, Pick<SpendRequest, 'estimate'> {
  readonly limit: OutputLimit;
  /** Notes that it is being asked. What comes of it must be noted behind it. */
  asked(keyOf: CredentialOrigin | undefined): Promise<void>;
  /** Keeps what the provider says it took; an estimate instead if it says nothing. */
  reckoned(response: ModelResponse, speech: Speech, heard: Heard): { response: ModelResponse; isEstimate: boolean };
  /** Notes that it came to nothing, and settles what that took. */
  cut(speech: Speech, heard: Heard, error: unknown): Promise<void>;
}

/** `nth`: how often this question is asked, counted over all attempts. */
export function createPaidQuestion(
  { task, now, spend }: Pick<Engine, 'task' | 'now' | 'spend'>,
  { id: scope, turn }: Pick<Scope, 'id' | 'turn'>,
  { id: agentId, model, settings }: PreparedAgent,
  { request, nth }: { request: ModelRequest; nth: number },
): PaidQuestion {
  const { systemInstructions, input, tools, handoffs } = request;
  const bytes = Buffer.byteLength(JSON.stringify([systemInstructions, input, tools, handoffs]));
  const parts = inputList(input).length + tools.length + handoffs.length;
  const limit = outputLimit(model, settings);
  const call = { runId: task.context.runId, callId: paidCallId(scope, turn, nth) };
  const question = { scope, turn, agentId, model };
  const at = () => timestamp(now());

  const estimated = (speech: Speech, { pieces }: Heard): Usage => {
    const [thought, said] = (['reasoning', 'message'] as const).map((kind) =>
      likelyTokens(speech.said.reduce((sum, { type, text }) => sum + (type === kind ? Buffer.byteLength(text) : 0), 0)),
    );
    return {
      modelCalls: 0,
      inputTokens: likelyTokens(bytes),
      cachedInputTokens: 0,
      // Arguments of tools are not said, but come in pieces, too.
      outputTokens: Math.min(limit.mostTokens, Math.max((thought ?? 0) + (said ?? 0), pieces)),
      reasoningTokens: thought ?? 0,
    };
  };

  return {
    ...call,
    limit,
    estimate: { inputTokens: mostInputTokens(bytes, parts), maxOutputTokens: limit.mostTokens },
    asked: (keyOf) =>
      task.journal.append({
        type: 'asked',
        ...question,
        inputTokens: likelyTokens(bytes),
        ...(keyOf && { keyOf }),
        at: at(),
      }),
    reckoned(response, speech, heard) {
      if (response.usage.inputTokens + response.usage.outputTokens > 0) return { response, isEstimate: false };
      return { response: { ...response, usage: { ...estimated(speech, heard), modelCalls: 1 } }, isEstimate: true };
    },
    async cut(speech, heard, error) {
      const told = heard.usage && { ...heard.usage, modelCalls: 0 };
      const usage = told ?? (isRefusal(error, heard) ? nothing : estimated(speech, heard));
      const isEstimate = !told && usage !== nothing;
      await task.journal.append({ type: 'cut', ...question, usage, isEstimate, at: at() });
      if (usage === nothing) await spend?.release(call);
      else await spend?.settle({ ...call, usage });
    },
  };
}

const nothing: Usage = usageOf([]);

/** The provider has answered that it does not answer: nobody pays for that. */
const isRefusal = (error: unknown, { pieces }: Heard): boolean => {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof APIError) return pieces === 0;
  return false;
};
