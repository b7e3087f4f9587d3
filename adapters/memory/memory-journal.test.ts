import { blobStoreContract } from '#core/ports/blob-store.contract.ts';
import { journalContract } from '#core/ports/journal.contract.ts';
import { createMemoryBlobStore } from './memory-blob-store.ts';
import { createMemoryJournal } from './memory-journal.ts';

journalContract('memory', async () => createMemoryJournal());
blobStoreContract('memory', async () => createMemoryBlobStore());
