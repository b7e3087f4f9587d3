import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { Model } from '@openai/agents';
import { AiSdkModel } from '@openai/agents-extensions/ai-sdk';
import { withOpenAiErrors } from './ai-sdk-errors.ts';
import type { ModelServer } from './model-resolver.ts';
import { cachingPrompts } from './prompt-cache.ts';

/** Key and address are always given, because these clients otherwise read them from the environment. */
export function createAnthropicModel({ apiKey, baseUrl, name, fetch }: ModelServer): Model {
  const provider = createAnthropic({ apiKey: apiKey ?? '', baseURL: baseUrl, fetch });
  return withOpenAiErrors(new AiSdkModel(cachingPrompts(provider(name))));
}

export function createGoogleModel({ apiKey, baseUrl, name, fetch }: ModelServer): Model {
  const provider = createGoogle({ apiKey: apiKey ?? '', baseURL: baseUrl, fetch });
  return withOpenAiErrors(new AiSdkModel(provider(name)));
}

/** Not by @ai-sdk/huggingface, which leaves out the results of tools. Without `includeUsage` no tokens would be counted. */
export function createHuggingFaceModel({ apiKey, baseUrl, name, fetch }: ModelServer): Model {
  const provider = createOpenAICompatible({
    name: 'huggingface',
    ...(apiKey && { apiKey }),
    baseURL: baseUrl,
    includeUsage: true,
    fetch,
  });
  return withOpenAiErrors(new AiSdkModel(provider(name)));
}
