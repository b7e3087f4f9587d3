import type { ModelRequest, ModelSettings as SdkModelSettings } from '@openai/agents';
import { parseModelId } from '#core/domain/model-id.ts';
import type { ModelSettings } from '#core/protocol/agent.ts';

/** Providers whose models we ask through the AI SDK, which has one setting for all of them. */
const throughAiSdk: ReadonlySet<string> = new Set(['anthropic', 'google', 'huggingface']);

/**
 * An agent's settings as the client of its model's provider takes them. What is not set stays the provider's own default.
 * OpenAI tells what a model thought only when it is asked for a summary.
 */
export function toSdkSettings(model: string, settings: ModelSettings): SdkModelSettings {
  const { temperature, maxOutputTokens, reasoningEffort } = settings;
  const provider = parseModelId(model)?.provider ?? '';
  return {
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && limitFor(provider, maxOutputTokens)),
    ...(reasoningEffort !== undefined && reasoning(provider, reasoningEffort)),
  };
}

/** A request whose answer is kept to so many tokens. */
export function withOutputLimit(request: ModelRequest, model: string, maxOutputTokens: number): ModelRequest {
  const { modelSettings } = request;
  const { maxTokens, providerData } = limitFor(parseModelId(model)?.provider ?? '', maxOutputTokens);
  return {
    ...request,
    modelSettings: {
      ...modelSettings,
      ...(maxTokens !== undefined && { maxTokens }),
      ...(providerData && { providerData: { ...modelSettings.providerData, ...providerData } }),
    },
  };
}

/** OpenAI's newer models refuse `max_tokens` over Chat Completions, and other servers know nothing else. */
const limitFor = (provider: string, maxOutputTokens: number): Pick<SdkModelSettings, 'maxTokens' | 'providerData'> =>
  provider === 'openai-chat'
    ? { providerData: { max_completion_tokens: maxOutputTokens } }
    : { maxTokens: maxOutputTokens };

function reasoning(provider: string, effort: NonNullable<ModelSettings['reasoningEffort']>): SdkModelSettings {
  if (throughAiSdk.has(provider)) return { providerData: { reasoning: effort } };
  const summary = provider === 'openai' || provider === 'azure' ? ({ summary: 'auto' } as const) : {};
  return { reasoning: { effort, ...summary } };
}
