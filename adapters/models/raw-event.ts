import type { StreamEvent } from '@openai/agents';
import type { CutOff } from '#core/protocol/item.ts';
import { ModelError } from './model-error.ts';

/** What a provider's own event says beyond what the SDK makes of it. */
export type RawEvent =
  /** The next part of the answer begins: another message, reasoning, a call. */
  | { kind: 'part_began' }
  | { kind: 'thought'; text: string }
  /** A piece of a stream that says at its end why it ends: of Chat Completions, or of the AI SDK. */
  | { kind: 'chunk'; finished: boolean; thought: string; cutOff?: CutOff }
  /** The Responses API ends an answer that is not whole, and the SDK throws it away. */
  | { kind: 'incomplete'; cutOff: CutOff; hasCalls: boolean; usage: Record<string, unknown> }
  /** The provider gave up on its answer. */
  | { kind: 'gave_up'; error: ModelError };

/** Reads an event as the Responses API or Chat Completions (with the reasoning of Ollama and others) writes it. */
export function readRawEvent(event: StreamEvent): RawEvent | undefined {
  if (event.type !== 'model') return undefined;
  const raw: unknown = event.event;
  if (!isRecord(raw)) return undefined;
  switch (raw['type']) {
    case 'response.output_item.added':
      return { kind: 'part_began' };
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return { kind: 'thought', text: textIn(raw, 'delta') };
    case 'response.reasoning_summary_part.added':
      return { kind: 'thought', text: raw['summary_index'] === 0 ? '' : '\n\n' };
    case 'response.failed':
      return { kind: 'gave_up', error: failure(recordIn(recordIn(raw, 'response'), 'error')) };
    case 'response.completed':
      return textIn(recordIn(raw, 'response'), 'status') === 'incomplete'
        ? readIncomplete(recordIn(raw, 'response'))
        : undefined;
    case 'response.incomplete':
      return readIncomplete(recordIn(raw, 'response'));
    default:
      return readAiSdkPart(raw) ?? readChunk(raw);
  }
}

/** A part of a stream of the AI SDK (LanguageModelV4StreamPart of @ai-sdk/provider 4): Anthropic, Google, Hugging Face. */
function readAiSdkPart(part: Record<string, unknown>): RawEvent | undefined {
  switch (part['type']) {
    case 'stream-start':
    case 'text-delta':
    case 'tool-input-start':
      return { kind: 'chunk', finished: false, thought: '' };
    case 'text-start':
    case 'reasoning-start':
      return { kind: 'part_began' };
    case 'reasoning-delta':
      return { kind: 'chunk', finished: false, thought: textIn(part, 'delta') };
    case 'finish':
      return readFinish(recordIn(part, 'finishReason'));
    default:
      return undefined;
  }
}

/** Its clients also say `finish` when a stream was cut: then without the provider's own reason. */
function readFinish(reason: Record<string, unknown>): RawEvent {
  switch (textIn(reason, 'unified')) {
    case 'length':
      return { kind: 'chunk', finished: true, thought: '', cutOff: 'max_tokens' };
    case 'content-filter':
      return { kind: 'chunk', finished: true, thought: '', cutOff: 'content_filter' };
    case 'error':
      return { kind: 'gave_up', error: failure({}) };
    default:
      return { kind: 'chunk', finished: textIn(reason, 'raw') !== '', thought: '' };
  }
}

function readIncomplete(response: Record<string, unknown>): RawEvent {
  const { output } = response;
  const isFiltered = textIn(recordIn(response, 'incomplete_details'), 'reason') === 'content_filter';
  return {
    kind: 'incomplete',
    cutOff: isFiltered ? 'content_filter' : 'max_tokens',
    hasCalls: Array.isArray(output) && output.some((item) => isRecord(item) && item['type'] === 'function_call'),
    usage: recordIn(response, 'usage'),
  };
}

/** Why Chat Completions ended an answer early (`finish_reason`). */
const cutOffs: Readonly<Record<string, CutOff>> = { length: 'max_tokens', content_filter: 'content_filter' };

function readChunk({ choices }: Record<string, unknown>): RawEvent | undefined {
  if (!Array.isArray(choices)) return undefined;
  const choice: unknown = choices[0];
  if (!isRecord(choice)) return { kind: 'chunk', finished: false, thought: '' };
  const delta = recordIn(choice, 'delta');
  const reason = textIn(choice, 'finish_reason');
  const cutOff = cutOffs[reason];
  return {
    kind: 'chunk',
    finished: reason !== '',
    ...(cutOff && { cutOff }),
    thought: textIn(delta, 'reasoning') || textIn(delta, 'reasoning_content'),
  };
}

function failure(error: Record<string, unknown>): ModelError {
  const text = textIn(error, 'message').slice(0, 300);
  switch (textIn(error, 'code')) {
    case 'rate_limit_exceeded':
      return new ModelError(
        'model_rate_limited',
        'The provider takes no more requests at the moment. Try again later.',
        { retry: 'often' },
      );
    case 'server_error':
    case '':
      return new ModelError(
        'model_unavailable',
        'The model broke off with an error of its own. Try again in a moment.',
        { retry: 'often' },
      );
    default:
      return new ModelError('model_refused_request', `The model refused the request: ${text}`);
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

export function recordIn(record: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = record[name];
  return isRecord(value) ? value : {};
}

function textIn(record: Record<string, unknown>, name: string): string {
  const value = record[name];
  return typeof value === 'string' ? value : '';
}
