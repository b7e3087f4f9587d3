import { requestStoreContract } from '#core/ports/request-store.contract.ts';
import { createMemoryRequestStore } from './memory-request-store.ts';

requestStoreContract('Memory', createMemoryRequestStore);
