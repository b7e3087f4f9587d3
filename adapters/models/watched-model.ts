import type { Model, ModelRequest, StreamEvent } from '@openai/agents';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import type { Usage } from '#core/protocol/run.ts';
import { ModelError } from './model-error.ts';
import { isRecord, readRawEvent } from './raw-event.ts';

type Tell = (step: AgentStep) => void;
type Response = Extract<StreamEvent, { type: 'response_done' }>['response'];

/**
 * A model that tells what it says while it says it. It also insists on a whole answer: a stream that ends without one, or
 * an answer with nothing in it, is an error (the runner would ask again and again until its turns are used up).
 */
export function watchModel(
  model: Model,
  { tell, nextKey, seeRequest }: { tell: Tell; nextKey: () => string; seeRequest: (request: ModelRequest) => void },
): Model {
  async function* stream(request: ModelRequest): AsyncIterable<StreamEvent> {
    seeRequest(request);
    const speech = createSpeech(tell, nextKey);
    let answered = false;
    let chunks = 0;
    let isFinished = false;
    for await (const event of model.getStreamedResponse(request)) {
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
      if (event.type === 'response_done') {
        if (chunks > 0 && !isFinished) throw cut();
        answered = true;
        tellAnswer(event.response, speech, tell);
      }
      yield event;
    }
    if (!answered) throw cut();
  }

  return { getResponse: (request) => model.getResponse(request), getStreamedResponse: stream };
}

const cut = () => new ModelError('model_stream_cut', 'The answer of the model broke off in the middle. Try again.');

interface Speech {
  say(kind: 'message' | 'reasoning', text: string): void;
  close(): void;
  readonly saidMessage: boolean;
}

/** Tells texts piece by piece: what is of one kind and comes in one go is one text. */
function createSpeech(tell: Tell, nextKey: () => string): Speech {
  let open: { kind: 'message' | 'reasoning'; key: string } | undefined;
  let saidMessage = false;
  const close = () => {
    if (open) tell({ type: 'text_ended', key: open.key });
    open = undefined;
  };
  return {
    close,
    get saidMessage() {
      return saidMessage;
    },
    say(kind, text) {
      if (text === '') return;
      if (kind === 'message') saidMessage = true;
      if (open?.kind !== kind) {
        close();
        open = { kind, key: nextKey() };
        tell({ type: kind === 'message' ? 'message_started' : 'reasoning_started', key: open.key });
      }
      tell({ type: 'text', key: open.key, text });
    },
  };
}

function tellAnswer(response: Response, speech: Speech, tell: Tell): void {
  const parts = response.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const calls = response.output.filter((item) => item.type === 'function_call');
  const text = speech.saidMessage ? '' : parts.map((part) => (part.type === 'output_text' ? part.text : '')).join('');
  speech.say('message', text);
  // A refusal is an answer too, and is not streamed as text.
  for (const part of parts) if (part.type === 'refusal') speech.say('message', part.refusal);
  if (!speech.saidMessage && calls.length === 0) {
    throw new ModelError('model_bad_response', 'The model sent an empty answer. Try again, or choose another model.');
  }
  speech.close();
  tell({ type: 'model_answered', usage: usageOf(response) });
  for (const { callId, name, arguments: args } of calls) {
    tell({ type: 'tool_called', key: callId, callId, name, arguments: args });
  }
}

function usageOf({ usage }: Response): Usage {
  return {
    modelCalls: 1,
    inputTokens: usage.inputTokens ?? 0,
    cachedInputTokens: detail(usage.inputTokensDetails, 'cached_tokens'),
    outputTokens: usage.outputTokens ?? 0,
    reasoningTokens: detail(usage.outputTokensDetails, 'reasoning_tokens'),
  };
}

/** The SDK gives the details of one request, or a list of them. */
const detail = (details: unknown, name: string): number =>
  [details]
    .flat()
    .filter(isRecord)
    .reduce((sum, entry) => sum + Number(entry[name] ?? 0), 0);
