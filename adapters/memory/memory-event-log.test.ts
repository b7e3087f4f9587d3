import { eventLogContract } from '#core/ports/event-log.contract.ts';
import { createMemoryEventLog } from './memory-event-log.ts';

eventLogContract('memory', async () => {
  const log = createMemoryEventLog({ now: Date.now });
  return () => log;
});
