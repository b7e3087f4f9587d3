import type { createAnthropic } from '@ai-sdk/anthropic';

type AnthropicModel = ReturnType<ReturnType<typeof createAnthropic>>;
type Prompt = Parameters<AnthropicModel['doStream']>[0]['prompt'];

const mark = { anthropic: { cacheControl: { type: 'ephemeral' } } };

/**
 * Anthropic keeps the beginning of a prompt only where it is told to, for five minutes: behind the instructions (and the tools, which come
 * before them), for other runs of the agent, and behind the whole conversation, for the next turn. Not by the settings of a request:
 * those are part of what a journal knows it by.
 */
export const cachingPrompts = (model: AnthropicModel): AnthropicModel => ({
  specificationVersion: model.specificationVersion,
  provider: model.provider,
  modelId: model.modelId,
  supportedUrls: model.supportedUrls,
  doGenerate: (options) => model.doGenerate({ ...options, prompt: marked(options.prompt) }),
  doStream: (options) => model.doStream({ ...options, prompt: marked(options.prompt) }),
});

const marked = (prompt: Prompt): Prompt => {
  const lastInstruction = prompt.findLastIndex(({ role }) => role === 'system');
  return prompt.map((message, index) =>
    index === lastInstruction || index === prompt.length - 1
      ? { ...message, providerOptions: { ...message.providerOptions, ...mark } }
      : message,
  );
};
