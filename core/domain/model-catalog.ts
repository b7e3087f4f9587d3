import type { ModelCapabilities } from '../protocol/model.ts';
import type { ModelProviderName } from './model-providers.ts';

export const unknownCapabilities: ModelCapabilities = {
  tools: null,
  images: null,
  reasoning: null,
  temperature: null,
  contextWindow: null,
  maxOutputTokens: null,
};

const model = (
  contextWindow: number | null,
  maxOutputTokens: number | null,
  more: Partial<ModelCapabilities> = {},
) => ({
  tools: true,
  images: true,
  reasoning: true,
  temperature: false,
  contextWindow,
  maxOutputTokens,
  ...more,
});
const withoutReasoning = { reasoning: false, temperature: true };
const withTemperature = { temperature: true };

/**
 * Read on 2026-11-21. OpenAI: the models' names and context windows are those of core/domain/price-list.json's source and of
 * platform.openai.com/docs/models. Anthropic: @ai-sdk/anthropic 4.0.105 and docs.claude.com/en/docs/about-claude/models.
 * Google: @ai-sdk/google 4.0.121 and ai.google.dev/gemini-api/docs/models.
 */
const openai = {
  'gpt-6-sol': model(1_050_000, null),
  'gpt-6-astra': model(1_050_000, null),
  'gpt-6-luna': model(1_050_000, null),
  'gpt-5.6-sol': model(1_050_000, null),
  'gpt-5.6-terra': model(1_050_000, null),
  'gpt-5.6-luna': model(1_050_000, null),
  'gpt-5.5': model(1_000_000, null),
  'gpt-5.5-pro': model(1_000_000, null),
  'gpt-5.4': model(1_050_000, 128_000),
  'gpt-5.4-pro': model(1_050_000, 128_000),
  'gpt-5.4-mini': model(400_000, 128_000),
  'gpt-5.4-nano': model(400_000, 128_000),
  'gpt-5.3-codex': model(400_000, 128_000),
  'gpt-5.2': model(400_000, 128_000),
  'gpt-5.2-pro': model(400_000, 128_000),
  'gpt-5.1': model(400_000, 128_000),
  'gpt-5': model(400_000, 128_000),
  'gpt-5-pro': model(400_000, 272_000),
  'gpt-5-mini': model(400_000, 128_000),
  'gpt-5-nano': model(400_000, 128_000),
  'gpt-4.1': model(1_000_000, 32_768, withoutReasoning),
  'gpt-4.1-mini': model(1_000_000, 32_768, withoutReasoning),
  'gpt-4.1-nano': model(1_000_000, 32_768, withoutReasoning),
  'gpt-4o': model(128_000, 16_384, withoutReasoning),
  'gpt-4o-mini': model(128_000, 16_384, withoutReasoning),
  o3: model(200_000, 100_000),
  'o3-pro': model(200_000, 100_000),
  'o3-mini': model(200_000, 100_000, { images: false }),
  'o4-mini': model(200_000, 100_000),
};

const anthropic = {
  'claude-fable-5-2': model(1_000_000, 128_000),
  'claude-fable-5-1': model(1_000_000, 128_000),
  'claude-fable-5': model(1_000_000, 128_000),
  'claude-opus-5-5': model(1_000_000, 128_000),
  'claude-opus-5': model(1_000_000, 128_000),
  'claude-sonnet-5-5': model(1_000_000, 128_000),
  'claude-sonnet-5': model(1_000_000, 128_000),
  'claude-haiku-5-5': model(null, 128_000),
  'claude-opus-4-8': model(1_000_000, 128_000),
  'claude-opus-4-7': model(1_000_000, 128_000),
  'claude-opus-4-6': model(1_000_000, 128_000, withTemperature),
  'claude-sonnet-4-6': model(1_000_000, 128_000, withTemperature),
  'claude-opus-4-5': model(200_000, 64_000, withTemperature),
  'claude-sonnet-4-5': model(200_000, 64_000, withTemperature),
  'claude-haiku-4-5': model(200_000, 64_000, withTemperature),
  'claude-opus-4-1': model(200_000, 32_000, withTemperature),
  'claude-opus-4-0': model(200_000, 32_000, withTemperature),
  'claude-sonnet-4-0': model(200_000, 64_000, withTemperature),
};

const google = {
  'gemini-3.8-flash': model(1_000_000, 65_536, withTemperature),
  'gemini-3.7-flash': model(1_000_000, 65_536, withTemperature),
  'gemini-3.6-flash': model(1_000_000, 65_536, withTemperature),
  'gemini-3.5-flash': model(1_000_000, 65_536, withTemperature),
  'gemini-3.5-flash-lite': model(1_000_000, 65_536, withTemperature),
  'gemini-3.1-pro-preview': model(1_048_576, 65_536, withTemperature),
  'gemini-3.1-flash-lite': model(1_000_000, 65_536, withTemperature),
  'gemini-3-pro-preview': model(1_048_576, 65_536, withTemperature),
  'gemini-3-flash-preview': model(1_000_000, 65_536, withTemperature),
  'gemini-2.5-pro': model(1_048_576, 65_536, withTemperature),
  'gemini-2.5-flash': model(1_048_576, 65_536, withTemperature),
  'gemini-2.5-flash-lite': model(1_000_000, 65_536, withTemperature),
};

const demo = {
  scripted: model(null, null, { images: false, reasoning: false }),
};

const none: Readonly<Record<string, ModelCapabilities>> = {};

/** The models that we know, of each provider, the newest first. */
export const modelCatalog: Readonly<Record<ModelProviderName, Readonly<Record<string, ModelCapabilities>>>> = {
  openai,
  'openai-chat': openai,
  anthropic,
  google,
  demo,
  azure: none,
  huggingface: none,
  ollama: none,
  'openai-compatible': none,
};

/**
 * Short names that people know models by. They are resolved when an agent is saved, so that what an agent is does not change
 * when a list does.
 */
export const modelAliases: Readonly<Record<string, string>> = {
  opus: 'anthropic/claude-opus-5-5',
  sonnet: 'anthropic/claude-sonnet-5-5',
  haiku: 'anthropic/claude-haiku-5-5',
  claude: 'anthropic/claude-sonnet-5-5',
  gpt: 'openai/gpt-6-sol',
  'gpt-mini': 'openai/gpt-5.4-mini',
  'gpt-nano': 'openai/gpt-5.4-nano',
  gemini: 'google/gemini-3.8-flash',
  'gemini-pro': 'google/gemini-3.1-pro-preview',
  'gemini-flash': 'google/gemini-3.8-flash',
  demo: 'demo/scripted',
};

/** Providers name snapshots of a model after it and a day; `-latest` is the newest of them. */
const snapshot = /-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$/;

/** What the catalogue says of a model of this provider; undefined when it has none of this name. */
export function catalogued(provider: ModelProviderName, name: string): ModelCapabilities | undefined {
  const models = modelCatalog[provider];
  const base = name.replace(snapshot, '');
  return [name, base, `${base}-0`].flatMap((candidate) =>
    Object.hasOwn(models, candidate) ? (models[candidate] ?? []) : [],
  )[0];
}
