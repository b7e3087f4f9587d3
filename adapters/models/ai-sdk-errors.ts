import type { Model } from '@openai/agents';
import { APIConnectionError, APIError } from 'openai';
import { ModelError } from './model-error.ts';
import { isRecord } from './raw-event.ts';
import { type StreamingModel, translateErrors } from './translated-model.ts';

/** A model of the AI SDK whose trouble is told in the OpenAI client's errors, so that one set of rules holds for all providers. */
export const withOpenAiErrors = (model: StreamingModel): Model => translateErrors(model, toOpenAiError);

/** `AI_APICallError` and the errors in a stream (@ai-sdk/provider 4): a status code and headers, or none when nobody answered. */
function toOpenAiError(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'AbortError') return error;
  const own = ownErrorIn(error);
  if (own) return own;
  const { statusCode, responseHeaders } = fieldsOf(error);
  if (typeof statusCode === 'number') {
    return APIError.generate(statusCode, { message: error.message }, error.message, headersOf(responseHeaders));
  }
  if (error.name === 'AI_APICallError') return new APIConnectionError({ message: error.message, cause: error });
  if (
    error.name === 'AI_JSONParseError' ||
    error.name === 'AI_TypeValidationError' ||
    error.name === 'AI_InvalidResponseDataError'
  ) {
    return new SyntaxError(error.message, { cause: error });
  }
  return error;
}

/** What our own fetch threw, which the SDK has wrapped. */
function ownErrorIn(error: Error): ModelError | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at instanceof ModelError) return at;
  return undefined;
}

const fieldsOf = (error: Error): Record<string, unknown> => (isRecord(error) ? error : {});

const headersOf = (headers: unknown): Headers =>
  new Headers(
    isRecord(headers)
      ? Object.entries(headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' ? [[name, value]] : [],
        )
      : [],
  );
