import { providerProberContract } from '#core/ports/provider-prober.contract.ts';
import { createMemoryProviderProber } from './memory-provider-prober.ts';

providerProberContract('memory', async () => ({
  prober: createMemoryProviderProber(),
  goodUrl: 'https://models.example.com/v1',
  downUrl: 'https://down.example.com/v1',
}));
