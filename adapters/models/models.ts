import type { Model } from '@openai/agents';
import { OpenAIChatCompletionsModel, OpenAIResponsesModel } from '@openai/agents';
import OpenAI from 'openai';
import { parseModelId } from '#core/domain/model-id.ts';
import { createDemoModel } from './demo-model.ts';
import { ModelError } from './model-error.ts';

export interface ModelSettings {
  readonly openaiApiKey?: string | undefined;
  readonly openaiBaseUrl: string;
  readonly ollamaBaseUrl?: string | undefined;
  readonly demoTokensPerSecond: number;
}

/** Finds the model for an id like `openai/gpt-5.2`. Throws a ModelError that says what is missing; never takes another model instead. */
export type FindModel = (id: string) => Model;

/** How long a model may take to begin, or a whole answer that is not streamed. */
const timeoutMs = 120_000;

export function createFindModel(settings: ModelSettings): FindModel {
  /** Everything is given, so that the SDK takes no key and no address from the environment; retries are the run's business, not its own. */
  const client = (apiKey: string, baseURL: string) =>
    new OpenAI({
      apiKey,
      adminAPIKey: null,
      webhookSecret: null,
      baseURL,
      organization: null,
      project: null,
      maxRetries: 0,
      timeout: timeoutMs,
      logLevel: 'off',
    });

  const openai = settings.openaiApiKey ? client(settings.openaiApiKey, settings.openaiBaseUrl) : undefined;
  const ollama = settings.ollamaBaseUrl ? client('ollama', settings.ollamaBaseUrl) : undefined;
  const demo = createDemoModel({ tokensPerSecond: settings.demoTokensPerSecond });

  return (id) => {
    const parsed = parseModelId(id);
    switch (parsed?.provider) {
      case 'openai':
        if (!openai) {
          throw new ModelError(
            'model_key_missing',
            `${id} needs a key that this deployment does not have. Set OPENAI_API_KEY, or choose another model for this agent.`,
          );
        }
        return new OpenAIResponsesModel(openai, parsed.name);
      case 'openai-chat':
        if (!openai) {
          throw new ModelError(
            'model_key_missing',
            `${id} needs a key that this deployment does not have. Set OPENAI_API_KEY and OPENAI_BASE_URL, or choose another model.`,
          );
        }
        return new OpenAIChatCompletionsModel(openai, parsed.name);
      case 'ollama':
        if (!ollama) {
          throw new ModelError(
            'model_unavailable',
            `${id} needs an Ollama server, and this deployment names none. Set OLLAMA_BASE_URL, or choose another model.`,
          );
        }
        return new OpenAIChatCompletionsModel(ollama, parsed.name);
      case 'demo':
        if (parsed.name === 'scripted') return demo;
        throw unknownModel(id);
      default:
        throw unknownModel(id);
    }
  };
}

const unknownModel = (id: string) =>
  new ModelError(
    'model_unknown',
    `There is no model "${id}" here. Models are named provider/model; the providers are openai, openai-chat, ollama and demo.`,
  );
