import { runStoreContract } from '#core/ports/run-store.contract.ts';
import { createMemoryRunStore } from './memory-run-store.ts';

runStoreContract('memory', async () => {
  return createMemoryRunStore();
});
