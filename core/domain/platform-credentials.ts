import type { OpenCredential } from '../ports/credential-finder.ts';
import type { CredentialProvider } from '../protocol/credential.ts';
import { credentialNeeds } from './model-providers.ts';

/** The deployment's own keys and model servers, as a worker's environment has them. */
export interface PlatformModelEnv {
  readonly LEND_PLATFORM_KEYS_TO: 'nobody' | 'everyone';
  readonly OPENAI_API_KEY?: string | undefined;
  readonly OPENAI_BASE_URL: string;
  readonly ANTHROPIC_API_KEY?: string | undefined;
  readonly GOOGLE_API_KEY?: string | undefined;
  readonly HUGGINGFACE_API_KEY?: string | undefined;
  readonly OLLAMA_BASE_URL?: string | undefined;
}

export type PlatformCredentials = Partial<Record<CredentialProvider, OpenCredential>>;

/**
 * What the deployment lends to every workspace that has no key of its own: only what it was given, and nothing unless its operator
 * has said that it lends. A key that merely stands in the environment is nobody's.
 */
export function platformCredentials(env: PlatformModelEnv): PlatformCredentials {
  if (env.LEND_PLATFORM_KEYS_TO !== 'everyone') return {};
  const keys = [
    ['openai', env.OPENAI_API_KEY, env.OPENAI_BASE_URL],
    ['anthropic', env.ANTHROPIC_API_KEY, null],
    ['google', env.GOOGLE_API_KEY, null],
    ['huggingface', env.HUGGINGFACE_API_KEY, null],
  ] as const;
  const lent = keys.flatMap(([provider, apiKey, url]): OpenCredential[] => {
    if (!apiKey) return [];
    const baseUrl = url === credentialNeeds[provider].ownUrl ? null : url;
    return [{ provider, apiKey, baseUrl, origin: 'platform' }];
  });
  if (env.OLLAMA_BASE_URL) {
    lent.push({ provider: 'ollama', apiKey: null, baseUrl: env.OLLAMA_BASE_URL, origin: 'platform' });
  }
  return Object.fromEntries(lent.map((credential) => [credential.provider, credential]));
}
