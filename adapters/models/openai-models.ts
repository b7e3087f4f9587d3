import { type Model, OpenAIChatCompletionsModel, OpenAIResponsesModel } from '@openai/agents';
import OpenAI from 'openai';
import type { ModelServer } from './model-resolver.ts';

/** How long a model may take to begin, or a whole answer that is not streamed. */
const timeoutMs = 120_000;

export const createResponsesModel = (server: ModelServer): Model =>
  new OpenAIResponsesModel(clientOf(server), server.name);

export const createChatModel = (server: ModelServer): Model =>
  new OpenAIChatCompletionsModel(clientOf(server), server.name);

/** Everything is given, so that the SDK takes no key and no address from the environment; retries are the run's business, not its own. */
const clientOf = ({ apiKey, baseUrl, fetch }: ModelServer): OpenAI =>
  new OpenAI({
    // A server that asks for no key takes any.
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    webhookSecret: null,
    baseURL: baseUrl,
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
    fetch,
  });
