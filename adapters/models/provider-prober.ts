import { credentialNeeds, modelProviders } from '#core/domain/model-providers.ts';
import type { ProbeResult, ProviderProber } from '#core/ports/provider-prober.ts';
import type { CredentialProvider } from '#core/protocol/credential.ts';
import { createGuardedFetch, type Fetch, serverNotAllowedIn } from './guarded-fetch.ts';

interface Options {
  readonly allowPrivateServers: boolean;
  /** Asks the providers' own servers. */
  readonly request?: Fetch;
}

const timeoutMs = 8_000;
/** How much of an error is read, in characters. */
const maxErrorLength = 64 * 1024;

/** Everybody can list the models of Hugging Face's router, so its key is tried where it says whose it is (huggingface.co/docs/hub/api). */
const huggingFaceUrl = 'https://huggingface.co/api/whoami-v2';

/** Tries a key by listing a provider's models: every one has such a list, and it costs nothing. */
export function createProviderProber({ allowPrivateServers, request = fetch }: Options): ProviderProber {
  const guarded = createGuardedFetch({ allowPrivate: allowPrivateServers });
  return {
    async probe({ provider, apiKey, baseUrl }) {
      const url = urlOf(provider, baseUrl);
      try {
        const headers = headersOf(provider, apiKey);
        const init = { headers, signal: AbortSignal.timeout(timeoutMs) };
        const answer = await (baseUrl === null ? request(url, init) : guarded(url, init));
        const body = answer.ok ? '' : await beginningOf(answer);
        await answer.body?.cancel();
        return resultOf(provider, answer.status, body);
      } catch (error) {
        // Why nobody answered is told as far as it helps: what our own guard said, or that there was nothing.
        const message = serverNotAllowedIn(error)?.message ?? `No server answers at ${new URL(url).host}.`;
        return { kind: 'unreachable', message };
      }
    },
  };
}

/** Enough to see why; the server may be anybody's, and may never end. */
async function beginningOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (!done) text += decoder.decode(value, { stream: true });
    if (!done && text.length < maxErrorLength) continue;
    reader.releaseLock();
    return text.slice(0, maxErrorLength);
  }
}

function urlOf(provider: CredentialProvider, baseUrl: string | null): string {
  if (provider === 'huggingface' && baseUrl === null) return huggingFaceUrl;
  return `${(baseUrl ?? credentialNeeds[provider].ownUrl ?? '').replace(/\/+$/, '')}/models`;
}

function headersOf(provider: CredentialProvider, apiKey: string | null): Record<string, string> {
  if (apiKey === null) return {};
  if (provider === 'anthropic') return { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' };
  if (provider === 'google') return { 'x-goog-api-key': apiKey };
  return { authorization: `Bearer ${apiKey}` };
}

function resultOf(provider: CredentialProvider, status: number, body: string): ProbeResult {
  const { label } = modelProviders[provider];
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  // Google answers 400 with this reason where others answer 401.
  const isRefusedByGoogle = provider === 'google' && status === 400 && body.includes('API_KEY_INVALID');
  if (status === 401 || status === 403 || isRefusedByGoogle) {
    return { kind: 'refused', message: `${label} refuses this key (HTTP ${status}).` };
  }
  if (status === 404) {
    return {
      kind: 'unreachable',
      message: 'This server has no list of models at /models. The address usually ends with /v1.',
    };
  }
  return { kind: 'unreachable', message: `${label} answers HTTP ${status}. Try again later.` };
}
