import type { ProviderProber } from '#core/ports/provider-prober.ts';

/** Takes every key but those that begin with `refused`; servers whose address holds `down` do not answer. */
export function createMemoryProviderProber(): ProviderProber {
  return {
    async probe({ apiKey, baseUrl }) {
      if (baseUrl?.includes('down')) return { kind: 'unreachable', message: 'No server answers there.' };
      if (apiKey?.startsWith('refused'))
        return { kind: 'refused', message: 'The provider refuses this key (HTTP 401).' };
      return { kind: 'accepted' };
    },
  };
}
