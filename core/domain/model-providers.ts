import type { CredentialProvider } from '../protocol/credential.ts';

/** Who has models, as the first part of a model's id names them. */
export interface ModelProvider {
  /** For a person. */
  readonly label: string;
  /** The provider under which its key is kept: two APIs of one provider share a key. Null needs none. */
  readonly credential: CredentialProvider | null;
  /** Its models are not for us to know: whatever it serves is taken by its name. */
  readonly isOpenEnded: boolean;
}

export const modelProviders = {
  openai: { label: 'OpenAI', credential: 'openai', isOpenEnded: false },
  'openai-chat': { label: 'OpenAI (Chat Completions)', credential: 'openai', isOpenEnded: false },
  azure: { label: 'Azure OpenAI', credential: 'azure', isOpenEnded: true },
  anthropic: { label: 'Anthropic', credential: 'anthropic', isOpenEnded: false },
  google: { label: 'Google', credential: 'google', isOpenEnded: false },
  huggingface: { label: 'Hugging Face', credential: 'huggingface', isOpenEnded: true },
  ollama: { label: 'Ollama', credential: 'ollama', isOpenEnded: true },
  'openai-compatible': { label: 'OpenAI-compatible server', credential: 'openai-compatible', isOpenEnded: true },
  demo: { label: 'Demo', credential: null, isOpenEnded: false },
} as const satisfies Record<string, ModelProvider>;
export type ModelProviderName = keyof typeof modelProviders;
export const modelProviderNames = Object.keys(modelProviders) as ModelProviderName[];

export const isModelProvider = (name: string): name is ModelProviderName => Object.hasOwn(modelProviders, name);

interface CredentialNeeds {
  readonly apiKey: 'required' | 'optional';
  /** `required`: there is no server of the provider's own; otherwise it is the one at `ownUrl`. */
  readonly baseUrl: 'required' | 'optional';
  readonly ownUrl: string | null;
}

/**
 * What a credential of a provider has to hold. The addresses are the providers' own: platform.openai.com/docs/api-reference,
 * docs.claude.com/en/api/overview, ai.google.dev/api, huggingface.co/docs/inference-providers, docs.ollama.com/openai.
 * Azure's is `https://<resource>.openai.azure.com/openai/v1`.
 */
export const credentialNeeds: Readonly<Record<CredentialProvider, CredentialNeeds>> = {
  openai: { apiKey: 'required', baseUrl: 'optional', ownUrl: 'https://api.openai.com/v1' },
  azure: { apiKey: 'required', baseUrl: 'required', ownUrl: null },
  anthropic: { apiKey: 'required', baseUrl: 'optional', ownUrl: 'https://api.anthropic.com/v1' },
  google: {
    apiKey: 'required',
    baseUrl: 'optional',
    ownUrl: 'https://generativelanguage.googleapis.com/v1beta',
  },
  huggingface: { apiKey: 'required', baseUrl: 'optional', ownUrl: 'https://router.huggingface.co/v1' },
  ollama: { apiKey: 'optional', baseUrl: 'required', ownUrl: null },
  'openai-compatible': { apiKey: 'optional', baseUrl: 'required', ownUrl: null },
};
