import type { CredentialProvider } from '#core/protocol/credential.ts';

interface ProviderWords {
  readonly name: string;
  readonly apiKey: 'required' | 'optional';
  readonly baseUrl: 'required' | 'optional';
  readonly baseUrlExample: string;
  /** Where one gets a key. */
  readonly keysAt: string | null;
}

/** What a person has to know to put in a key. What a provider needs stands in core/domain/model-providers.ts and is checked there. */
export const providers: Record<CredentialProvider, ProviderWords> = {
  openai: {
    name: 'OpenAI',
    apiKey: 'required',
    baseUrl: 'optional',
    baseUrlExample: 'https://api.openai.com/v1',
    keysAt: 'platform.openai.com/api-keys',
  },
  anthropic: {
    name: 'Anthropic',
    apiKey: 'required',
    baseUrl: 'optional',
    baseUrlExample: 'https://api.anthropic.com/v1',
    keysAt: 'console.anthropic.com/settings/keys',
  },
  google: {
    name: 'Google',
    apiKey: 'required',
    baseUrl: 'optional',
    baseUrlExample: 'https://generativelanguage.googleapis.com/v1beta',
    keysAt: 'aistudio.google.com/apikey',
  },
  azure: {
    name: 'Azure OpenAI',
    apiKey: 'required',
    baseUrl: 'required',
    baseUrlExample: 'https://my-resource.openai.azure.com/openai/v1',
    keysAt: null,
  },
  huggingface: {
    name: 'Hugging Face',
    apiKey: 'required',
    baseUrl: 'optional',
    baseUrlExample: 'https://router.huggingface.co/v1',
    keysAt: 'huggingface.co/settings/tokens',
  },
  ollama: {
    name: 'Ollama',
    apiKey: 'optional',
    baseUrl: 'required',
    baseUrlExample: 'http://localhost:11434/v1',
    keysAt: null,
  },
  'openai-compatible': {
    name: 'OpenAI-compatible server',
    apiKey: 'optional',
    baseUrl: 'required',
    baseUrlExample: 'https://models.example.com/v1',
    keysAt: null,
  },
};
