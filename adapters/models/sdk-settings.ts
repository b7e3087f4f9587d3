import type { ModelSettings as SdkModelSettings } from '@openai/agents';
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
    ...(maxOutputTokens !== undefined && { maxTokens: maxOutputTokens }),
    ...(reasoningEffort !== undefined && reasoning(provider, reasoningEffort)),
  };
}

function reasoning(provider: string, effort: NonNullable<ModelSettings['reasoningEffort']>): SdkModelSettings {
  if (throughAiSdk.has(provider)) return { providerData: { reasoning: effort } };
  const summary = provider === 'openai' || provider === 'azure' ? ({ summary: 'auto' } as const) : {};
  return { reasoning: { effort, ...summary } };
}
