import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialNeeds } from '../domain/model-providers.ts';
import { CredentialProvider } from '../protocol/credential.ts';
import type { ProviderProber } from './provider-prober.ts';

interface ProberWorld {
  readonly prober: ProviderProber;
  /** Takes every key that does not begin with `refused`, whoever asks. */
  readonly goodUrl: string;
  /** Nobody answers there. */
  readonly downUrl: string;
  readonly close?: () => Promise<void>;
}

/** What every prober keeps. */
export function providerProberContract(name: string, createWorld: () => Promise<ProberWorld>): void {
  describe(`${name} prober`, () => {
    let world: ProberWorld;
    beforeAll(async () => {
      world = await createWorld();
    });
    afterAll(() => world.close?.());

    it.each(CredentialProvider.options)(
      'tells a good key of %s from a bad one, and says nothing of either',
      async (provider) => {
        const [good, bad] = [`good-${crypto.randomUUID()}`, `refused-${crypto.randomUUID()}`];

        const accepted = await world.prober.probe({ provider, apiKey: good, baseUrl: world.goodUrl });
        const refused = await world.prober.probe({ provider, apiKey: bad, baseUrl: world.goodUrl });

        expect(accepted).toEqual({ kind: 'accepted' });
        expect(refused).toEqual({ kind: 'refused', message: expect.stringMatching(/refuses this key/) });
        expect(JSON.stringify(refused)).not.toContain(bad);
      },
    );

    it.each(CredentialProvider.options.filter((provider) => credentialNeeds[provider].apiKey === 'optional'))(
      'takes a server of %s that asks for no key',
      async (provider) => {
        expect(await world.prober.probe({ provider, apiKey: null, baseUrl: world.goodUrl })).toEqual({
          kind: 'accepted',
        });
      },
    );

    it('says that it learnt nothing when nobody answers', async () => {
      const result = await world.prober.probe({ provider: 'openai', apiKey: 'good-key', baseUrl: world.downUrl });

      expect(result).toEqual({ kind: 'unreachable', message: expect.stringMatching(/answers/) });
    });
  });
}
