import type { Model } from '@openai/agents';
import { type ChosenModel, chooseModel } from '#core/domain/model-choice.ts';
import { credentialNeeds, modelProviders } from '#core/domain/model-providers.ts';
import { isUnavailable } from '#core/errors.ts';
import type { CredentialFinder, CredentialRequest, OpenCredential } from '#core/ports/credential-finder.ts';
import type { CredentialOrigin } from '#core/protocol/credential.ts';
import { createAnthropicModel, createGoogleModel, createHuggingFaceModel } from './ai-sdk-models.ts';
import { createDemoModel } from './demo-model.ts';
import { explainRefusals } from './explained-model.ts';
import { createGuardedFetch, type Fetch } from './guarded-fetch.ts';
import { ModelError } from './model-error.ts';
import { createChatModel, createResponsesModel } from './openai-models.ts';

export interface ModelRequestedBy extends Omit<CredentialRequest, 'provider'> {
  /** `provider/model`, resolved. */
  readonly model: string;
}

export interface ResolvedModel {
  readonly model: Model;
  /** Whose key it works with; null for a model that needs none. To be recorded with the run. */
  readonly origin: CredentialOrigin | null;
}

/**
 * Finds the model for an id, with the key of whoever's run it is. To be asked for each run anew, because a changed key counts
 * from the next run on. Errors: a ModelError that says what is missing and where to put it (`model_unknown`,
 * `model_key_missing`, `model_unavailable`). Never takes another model or another provider's key instead.
 */
export interface ModelResolver {
  resolve(request: ModelRequestedBy): Promise<ResolvedModel>;
}

/** What a provider's client is made from. Nothing of it may come from the environment. */
export interface ModelServer {
  readonly apiKey: string | null;
  readonly baseUrl: string;
  /** The provider's own name of the model. */
  readonly name: string;
  readonly fetch: Fetch;
}

interface Options {
  readonly credentials: CredentialFinder;
  readonly demoTokensPerSecond: number;
  /** Whether the servers that workspaces name may stand in the platform's own network: on one machine only. */
  readonly allowPrivateServers: boolean;
}

export function createModelResolver({ credentials, demoTokensPerSecond, allowPrivateServers }: Options): ModelResolver {
  const demo = createDemoModel({ tokensPerSecond: demoTokensPerSecond });
  const guardedFetch = createGuardedFetch({ allowPrivate: allowPrivateServers });

  return {
    async resolve({ model: id, workspaceId, access }) {
      const guess = chooseModel(id, Object.keys(credentialNeeds).filter(isCredentialProvider));
      if (guess.kind === 'unknown') throw unknownModel(guess.message);
      const { credential: provider } = modelProviders[guess.provider];
      if (provider === null) return { model: demo, origin: null };
      const credential = await credentials.find({ provider, workspaceId, access }).catch((error: unknown) => {
        throw keyTrouble(guess, error);
      });
      const choice = chooseModel(id, credential?.baseUrl ? [provider] : []);
      if (choice.kind === 'unknown') throw unknownModel(choice.message);
      if (!credential) throw keyMissing(choice);
      const server = serverOf(choice, credential);
      // Who runs the deployment says where its own servers are; everybody else is held to the public internet.
      const fetch: Fetch = credential.origin === 'platform' ? globalThis.fetch : guardedFetch;
      const { label } = modelProviders[choice.provider];
      return {
        model: explainRefusals(createModel(choice, { ...server, fetch }), { ...credential, label }),
        origin: credential.origin,
      };
    },
  };
}

const isCredentialProvider = (name: string): name is keyof typeof credentialNeeds =>
  Object.hasOwn(credentialNeeds, name);

function createModel({ provider }: ChosenModel, server: ModelServer): Model {
  switch (provider) {
    case 'openai':
    case 'azure':
      return createResponsesModel(server);
    case 'openai-chat':
    case 'ollama':
    case 'openai-compatible':
      return createChatModel(server);
    case 'anthropic':
      return createAnthropicModel(server);
    case 'google':
      return createGoogleModel(server);
    case 'huggingface':
      return createHuggingFaceModel(server);
    case 'demo':
      throw new Error('the demo needs no server');
  }
}

function serverOf(choice: ChosenModel, { provider, apiKey, baseUrl }: OpenCredential): Omit<ModelServer, 'fetch'> {
  const needs = credentialNeeds[provider];
  const url = baseUrl ?? needs.ownUrl;
  if (!url || (needs.apiKey === 'required' && !apiKey)) throw keyMissing(choice);
  return { apiKey, baseUrl: url.replace(/\/+$/, ''), name: choice.name };
}

const unknownModel = (message: string) => new ModelError('model_unknown', message);

/** A vault or store that does not answer may answer in a moment; a key that does not open never will. */
function keyTrouble({ provider }: ChosenModel, cause: unknown): ModelError {
  const { label } = modelProviders[provider];
  if (isUnavailable(cause)) {
    const message = `The key of ${label} cannot be looked up at the moment. Try again.`;
    return new ModelError('model_unavailable', message, { cause, retry: 'often' });
  }
  return new ModelError(
    'model_key_missing',
    `The key of ${label} cannot be opened. An owner or admin can put it in again under Settings, Models and keys.`,
    { cause },
  );
}

function keyMissing({ id, provider }: ChosenModel): ModelError {
  const { label, credential } = modelProviders[provider];
  const what =
    credential !== null && credentialNeeds[credential].apiKey === 'required'
      ? 'a key of'
      : 'the address of a server of';
  return new ModelError(
    'model_key_missing',
    `${id} needs ${what} ${label}, and this workspace has none. An owner or admin can put it in under Settings, Models and keys; or choose another model for this agent.`,
  );
}
