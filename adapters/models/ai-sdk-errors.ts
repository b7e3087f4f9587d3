import type { Model } from '@openai/agents';
import { APIConnectionError, APIError } from 'openai';
import { serverNotAllowedIn } from './guarded-fetch.ts';
import { isRecord } from './raw-event.ts';
import { type StreamingModel, translateErrors } from './translated-model.ts';

/** A model of the AI SDK whose trouble is told in the OpenAI client's errors, so that one set of rules holds for all providers. */
export const withOpenAiErrors = (model: StreamingModel): Model => translateErrors(model, toOpenAiError);

/**
 * `AI_APICallError`, and the errors in a stream, which are no Error: with a status code and headers, or with none when nobody
 * answered (@ai-sdk/provider 4). They hold the whole request, so nothing of them is kept but what it says.
 */
function toOpenAiError(error: unknown): unknown {
  if (!isRecord(error) || error['name'] === 'AbortError') return error;
  const own = serverNotAllowedIn(error);
  if (own) return own;
  const { name, statusCode, responseHeaders } = error;
  const message = String(error['message']);
  if (isNonsense(error) || isNonsense(error['cause'])) return new SyntaxError(message);
  // It began to answer, and the rest could not be read: undici's own words for it are gone by here.
  if (statusCode === 200) return new TypeError('terminated');
  if (typeof statusCode === 'number') {
    return APIError.generate(statusCode, { message }, message, headersOf(responseHeaders));
  }
  if (name === 'AI_APICallError') return new APIConnectionError({ message });
  return error instanceof Error ? error : new SyntaxError(message);
}

/** An answer that is not what the provider's format says. */
const nonsense: ReadonlySet<string> = new Set([
  'AI_JSONParseError',
  'AI_TypeValidationError',
  'AI_InvalidResponseDataError',
  'AI_EmptyResponseBodyError',
]);

const isNonsense = (error: unknown): boolean =>
  isRecord(error) && typeof error['name'] === 'string' && nonsense.has(error['name']);

const headersOf = (headers: unknown): Headers =>
  new Headers(
    isRecord(headers)
      ? Object.entries(headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' ? [[name, value]] : [],
        )
      : [],
  );
