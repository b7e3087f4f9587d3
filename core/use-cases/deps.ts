import type { NewId } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { ConnectionStore } from '../ports/connection-store.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { AccessMinter } from '../ports/identity.ts';
import type { Logger } from '../ports/logger.ts';
import type { RunQueue } from '../ports/run-queue.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { WorkspaceStore } from '../ports/workspace-store.ts';
import type { Publisher } from './publisher.ts';

/** What use cases work with. Each takes the part that it needs. */
export interface Deps {
  readonly log: EventLog;
  readonly runs: RunStore;
  readonly queue: RunQueue;
  readonly connections: ConnectionStore;
  readonly store: WorkspaceStore;
  readonly minter: AccessMinter;
  readonly publisher: Publisher;
  readonly newId: NewId;
  readonly now: Clock;
  readonly logger: Logger;
}
