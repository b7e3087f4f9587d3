import type { Model, ModelRequest, StreamEvent } from '@openai/agents';
import type { ModelResponse } from '#core/domain/journal.ts';
import type { Usage } from '#core/protocol/run.ts';
import { ModelError } from './model-error.ts';
import { isRecord, readRawEvent } from './raw-event.ts';
import type { Speech } from './speech.ts';

type Response = Extract<StreamEvent, { type: 'response_done' }>['response'];

/**
 * Asks a model once, and tells what it says while it says it. It insists on a whole answer: a stream that ends without one,
 * or an answer with nothing in it, is an error.
 */
export async function askModel(
  model: Model,
  request: ModelRequest,
  speech: Speech,
  guard: (events: AsyncIterable<StreamEvent>) => AsyncIterable<StreamEvent> = (events) => events,
): Promise<ModelResponse> {
  let response: Response | undefined;
  let chunks = 0;
  let isFinished = false;
  for await (const event of guard(model.getStreamedResponse(request))) {
    const raw = readRawEvent(event);
    if (raw?.kind === 'gave_up') throw raw.error;
    if (raw?.kind === 'part_began') speech.close();
    if (raw?.kind === 'thought') speech.say('reasoning', raw.text);
    if (raw?.kind === 'chunk') {
      chunks += 1;
      // Chunks without content may follow the one that says why it is the last.
      isFinished ||= raw.finished;
      speech.say('reasoning', raw.thought);
    }
    if (event.type === 'output_text_delta') speech.say('message', event.delta);
    if (event.type === 'response_done') response = event.response;
  }
  if (!response || (chunks > 0 && !isFinished)) throw cut();
  sayTheRest(response, speech);
  return storable(response);
}

const cut = () =>
  new ModelError('model_stream_cut', 'The answer of the model broke off in the middle. Try again.', { retry: 'often' });

function sayTheRest(response: Response, speech: Speech): void {
  const parts = response.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const saidMessage = () => speech.said.some(({ type }) => type === 'message');
  const text = saidMessage() ? '' : parts.map((part) => (part.type === 'output_text' ? part.text : '')).join('');
  speech.say('message', text);
  // A refusal is an answer too, and is not streamed as text.
  for (const part of parts) if (part.type === 'refusal') speech.say('message', part.refusal);
  if (!saidMessage() && !response.output.some((item) => item.type === 'function_call')) {
    throw new ModelError('model_bad_response', 'The model sent an empty answer. Try again, or choose another model.', {
      retry: 'once',
    });
  }
  speech.close();
}

/** As it will be read from the journal, so that the first attempt goes on with the very same. */
function storable(response: Response): ModelResponse {
  const { id, output, providerData } = JSON.parse(JSON.stringify(response));
  return { ...(id && { id }), output, ...(providerData && { providerData }), usage: usageOf(response) };
}

function usageOf({ usage }: Response): Usage {
  return {
    modelCalls: 1,
    inputTokens: tokens(usage.inputTokens),
    cachedInputTokens: detail(usage.inputTokensDetails, 'cached_tokens'),
    outputTokens: tokens(usage.outputTokens),
    reasoningTokens: detail(usage.outputTokensDetails, 'reasoning_tokens'),
  };
}

/** The SDK gives the details of one request, or a list of them. */
const detail = (details: unknown, name: string): number =>
  [details]
    .flat()
    .filter(isRecord)
    .reduce((sum, entry) => sum + tokens(entry[name]), 0);

const mostTokens = 1e9;

/** Counts come from servers that anybody may run, and money is reckoned by them. */
function tokens(count: unknown): number {
  if (count === undefined || count === null) return 0;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= mostTokens) return count;
  throw new ModelError(
    'model_bad_response',
    'The model sent a count of tokens that makes no sense. Try again, or choose another model.',
  );
}
