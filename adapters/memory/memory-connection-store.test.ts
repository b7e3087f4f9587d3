import { connectionStoreContract } from '#core/ports/connection-store.contract.ts';
import { createMemoryConnectionStore } from './memory-connection-store.ts';

connectionStoreContract('memory', async () => {
  return createMemoryConnectionStore();
});
