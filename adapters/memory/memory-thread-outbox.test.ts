import { threadOutboxContract } from '#core/ports/thread-outbox.contract.ts';
import { createMemoryThreadOutbox } from './memory-thread-outbox.ts';

threadOutboxContract('memory', async () => createMemoryThreadOutbox());
