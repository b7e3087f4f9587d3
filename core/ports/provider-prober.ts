import type { CredentialProvider } from '../protocol/credential.ts';

/** What a provider said of a key. The messages are for a person and hold nothing of the key. */
export type ProbeResult =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly message: string }
  /** Nothing was learnt of the key: the server does not answer, or is not what it was said to be. */
  | { readonly kind: 'unreachable'; readonly message: string };

/** Asks a provider whether a key is good, by a call that costs nothing. Never throws. */
export interface ProviderProber {
  probe(asked: {
    provider: CredentialProvider;
    apiKey: string | null;
    /** Null is the provider's own server. */
    baseUrl: string | null;
  }): Promise<ProbeResult>;
}
