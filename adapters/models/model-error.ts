import { ModelBehaviorError } from '@openai/agents';
import { APIConnectionError, APIError } from 'openai';
import type { RunError, RunErrorCode } from '#core/protocol/errors.ts';

/** Trouble with a model that we recognised ourselves. */
export class ModelError extends Error {
  readonly code: RunErrorCode;
  /** Whether the same request is worth another try. */
  readonly retry: 'often' | 'once' | 'never';

  constructor(code: RunErrorCode, message: string, options: { cause?: unknown; retry?: ModelError['retry'] } = {}) {
    super(message, { cause: options.cause });
    this.name = 'ModelError';
    this.code = code;
    this.retry = options.retry ?? 'never';
  }
}

/** Why the run fails, whoever of its agents it befell. */
export class RunFailure extends Error {
  readonly reason: RunError;

  constructor(reason: RunError, cause?: unknown) {
    super(reason.message, { cause });
    this.name = 'RunFailure';
    this.reason = reason;
  }
}

/** Says in a person's words why a model call failed, and what may be done. The provider's own words are quoted only where they name the fault. */
export function toRunError(error: unknown, model: string): RunError {
  const say = (code: RunErrorCode, message: string): RunError => ({ code, message });
  if (error instanceof RunFailure) return error.reason;
  if (error instanceof ModelError) return say(error.code, error.message);
  if (error instanceof APIConnectionError) {
    return say('model_unavailable', `The server of ${model} cannot be reached. Check that it runs and try again.`);
  }
  if (error instanceof APIError && error.status !== undefined) return fromAnswer(error, error.status, model);
  if (error instanceof APIError) {
    return say('model_unavailable', `${model} broke off with an error of its own. Try again in a moment.`);
  }
  if (error instanceof SyntaxError || error instanceof ModelBehaviorError) {
    return say(
      'model_bad_response',
      `${model} sent an answer that makes no sense. Try again, or choose another model.`,
    );
  }
  if (isCutStream(error)) return say('model_stream_cut', `The answer of ${model} broke off in the middle. Try again.`);
  return say('internal', 'Something went wrong on our side. It has been logged; try again in a moment.');
}

function fromAnswer({ code, message }: APIError, status: number, model: string): RunError {
  if (status === 401 || status === 403) {
    return {
      code: 'model_key_refused',
      message: `The provider of ${model} refused the key. An owner or admin can put in a valid one under Settings, Models and keys.`,
    };
  }
  if (status === 404 || code === 'model_not_found') {
    return {
      code: 'model_unknown',
      message: `The provider knows no model ${model}. Choose another one for this agent.`,
    };
  }
  if (status === 429) {
    return {
      code: 'model_rate_limited',
      message: `The provider of ${model} takes no more requests at the moment, or the account is used up. Try again later.`,
    };
  }
  if (status < 500 && status !== 408) {
    const reason = message.replace(/^\d+ /, '').slice(0, 300);
    return { code: 'model_refused_request', message: `${model} refused the request: ${reason}` };
  }
  return { code: 'model_unavailable', message: `${model} is out of order (HTTP ${status}). Try again in a moment.` };
}

/** A body that ends too soon: undici says `terminated` and keeps the reason in the cause. */
export const isCutStream = (error: unknown): boolean =>
  error instanceof TypeError && (error.message === 'terminated' || error.cause !== undefined);
