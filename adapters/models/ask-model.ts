import type { Model, ModelRequest, StreamEvent } from '@openai/agents';
import type { ModelResponse } from '#core/domain/journal.ts';
import type { CutOff } from '#core/protocol/item.ts';
import type { Usage } from '#core/protocol/run.ts';
import { ModelError } from './model-error.ts';
import { isRecord, type RawEvent, readRawEvent, recordIn } from './raw-event.ts';
import type { Speech } from './speech.ts';

type Response = Extract<StreamEvent, { type: 'response_done' }>['response'];

/** What has come from a model so far, for whoever has to reckon what an answer cost that broke off. */
export interface Heard {
  /** Of a stream with a piece for each token, about as many as there were tokens. */
  pieces: number;
  /** What the provider says it took. */
  usage?: Usage;
}

/**
 * Asks a model once, and tells what it says while it says it. It insists on an answer that ended as its provider says: a stream that
 * ends without a reason, or an answer with nothing in it, is an error. A text that was cut off by a limit of the model, or by the rules
 * of its provider, is an answer and marked; a call that was is none.
 */
export async function askModel(
  model: Model,
  request: ModelRequest,
  speech: Speech,
  guard: (events: AsyncIterable<StreamEvent>) => AsyncIterable<StreamEvent> = (events) => events,
  heard: Heard = { pieces: 0 },
): Promise<ModelResponse> {
  let response: Response | undefined;
  let chunks = 0;
  let isFinished = false;
  let cutOff: CutOff | undefined;
  for await (const event of guard(model.getStreamedResponse(request))) {
    const raw = readRawEvent(event);
    heard.pieces += 1;
    if (event.type === 'response_done') heard.usage = usageOf(event.response);
    if (raw?.kind === 'gave_up') throw raw.error;
    if (raw?.kind === 'incomplete') return partial(raw, speech);
    if (raw?.kind === 'part_began') speech.close();
    if (raw?.kind === 'thought') speech.say('reasoning', raw.text);
    if (raw?.kind === 'chunk') {
      chunks += 1;
      // Chunks without content may follow the one that says why it is the last.
      isFinished ||= raw.finished;
      cutOff ??= raw.cutOff;
      speech.say('reasoning', raw.thought);
    }
    if (event.type === 'output_text_delta') speech.say('message', event.delta);
    if (event.type === 'response_done') response = event.response;
  }
  if (!response || (chunks > 0 && !isFinished)) throw cut();
  if (cutOff && response.output.some(({ type }) => type === 'function_call')) throw cutInCall(cutOff);
  sayTheRest(response, speech, cutOff);
  return storable(response);
}

const cut = () =>
  new ModelError('model_stream_cut', 'The answer of the model broke off in the middle. Try again.', { retry: 'often' });

/** The text of an answer that has no whole response: no call is in it, so the text is all that anybody needs of it. */
function partial(
  { cutOff, hasCalls, usage }: Extract<RawEvent, { kind: 'incomplete' }>,
  speech: Speech,
): ModelResponse {
  if (hasCalls) throw cutInCall(cutOff);
  const text = speech.said.map((part) => (part.type === 'message' ? part.text : '')).join('');
  if (text === '') throw cutBefore(cutOff);
  speech.close(cutOff);
  return {
    output: [{ type: 'message', role: 'assistant', status: 'incomplete', content: [{ type: 'output_text', text }] }],
    usage: {
      modelCalls: 1,
      inputTokens: tokens(usage['input_tokens']),
      cachedInputTokens: tokens(recordIn(usage, 'input_tokens_details')['cached_tokens']),
      outputTokens: tokens(usage['output_tokens']),
      reasoningTokens: tokens(recordIn(usage, 'output_tokens_details')['reasoning_tokens']),
    },
  };
}

const filtered = () =>
  new ModelError('model_refused_request', 'The provider stopped the answer because of its rules on content.');

const cutInCall = (cutOff: CutOff) =>
  cutOff === 'content_filter'
    ? filtered()
    : new ModelError(
        'model_bad_response',
        'The answer got longer than the model may write, and broke off in the middle of a call. Ask for less at once, or let the agent write more.',
      );

const cutBefore = (cutOff: CutOff) =>
  cutOff === 'content_filter'
    ? filtered()
    : new ModelError(
        'model_bad_response',
        'The model had used up what it may write before it had said anything. Ask for less at once, or let the agent write more.',
      );

function sayTheRest(response: Response, speech: Speech, cutOff: CutOff | undefined): void {
  const parts = response.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const saidMessage = () => speech.said.some(({ type }) => type === 'message');
  const text = saidMessage() ? '' : parts.map((part) => (part.type === 'output_text' ? part.text : '')).join('');
  speech.say('message', text);
  // A refusal is an answer too, and is not streamed as text.
  for (const part of parts) if (part.type === 'refusal') speech.say('message', part.refusal);
  if (!saidMessage() && cutOff) throw cutBefore(cutOff);
  if (!saidMessage() && !response.output.some((item) => item.type === 'function_call')) {
    throw new ModelError('model_bad_response', 'The model sent an empty answer. Try again, or choose another model.', {
      retry: 'once',
    });
  }
  speech.close(cutOff);
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
