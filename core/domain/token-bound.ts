import type { ModelSettings } from '../protocol/agent.ts';
import { catalogued } from './model-catalog.ts';
import { parseModelId } from './model-id.ts';
import { isModelProvider } from './model-providers.ts';

// How many tokens a call of a model can take at most, before it is made; and what one took of which nobody has said it.

/** What providers add of their own around a prompt: how tools are explained to the model, who speaks, where a message ends. */
const tokensAround = 1_000;
const tokensAroundEach = 16;

/**
 * No tokenizer in use makes more tokens than a text has bytes: what is in no vocabulary is taken byte by byte. Most make a quarter of
 * it. `parts` are the messages and tools of the request, which get marks of their own.
 */
export const mostInputTokens = (bytes: number, parts: number): number =>
  bytes + parts * tokensAroundEach + tokensAround;

/** Of texts in most languages a token is some four bytes. */
export const likelyTokens = (bytes: number): number => Math.ceil(bytes / 4);

/** What a model that we know may write where nobody has said how much, if it must be kept to something; thinking counts. */
const defaultMost = 16_384;
/** The same for a model that we do not know: a larger figure is refused by many servers. */
const defaultMostOfUnknown = 4_096;
/** Anthropic's models up to 4.5 think besides what they may write: their client adds a share of what they can write at all. */
const mostOfThoseThatThinkBesides = 64_000;

export interface OutputLimit {
  /** What the provider is told. */
  readonly maxOutputTokens: number;
  /** What it may come to, by what the provider makes of it. */
  readonly mostTokens: number;
}

/** How much a model may write in one answer if it must be kept to something, with an agent's settings. */
export function outputLimit(model: string, { maxOutputTokens, reasoningEffort }: ModelSettings): OutputLimit {
  const id = parseModelId(model);
  const known = id && isModelProvider(id.provider) ? catalogued(id.provider, id.name) : undefined;
  const ofModel = known?.maxOutputTokens ?? null;
  const limit = maxOutputTokens ?? (known ? Math.min(defaultMost, ofModel ?? defaultMost) : defaultMostOfUnknown);
  const thinksBesides =
    reasoningEffort !== undefined &&
    id?.provider === 'anthropic' &&
    (ofModel === null || ofModel <= mostOfThoseThatThinkBesides);
  return {
    maxOutputTokens: limit,
    mostTokens: thinksBesides ? Math.max(limit, ofModel ?? limit + mostOfThoseThatThinkBesides) : limit,
  };
}
