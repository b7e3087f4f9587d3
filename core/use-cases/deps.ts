import type { NewId } from '../domain/ids.ts';
import type { AgentStore } from '../ports/agent-store.ts';
import type { BudgetStore } from '../ports/budget-store.ts';
import type { CatalogStore } from '../ports/catalog-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ConnectionStore } from '../ports/connection-store.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { GuidanceStores } from '../ports/guidance-store.ts';
import type { AccessMinter } from '../ports/identity.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { RunQueue } from '../ports/run-queue.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { SpendCounters } from '../ports/spend-counters.ts';
import type { SpendGuard } from '../ports/spend-guard.ts';
import type { UsageLedger } from '../ports/usage-ledger.ts';
import type { WorkspaceStore } from '../ports/workspace-store.ts';
import type { Publisher } from './publisher.ts';

/** What has to do with money. */
export interface Spending {
  readonly budgets: BudgetStore;
  readonly ledger: UsageLedger;
  readonly counters: SpendCounters;
  readonly spend: SpendGuard;
}

/** Agents, the catalog that they are hired from, and what guides them. */
export interface Team extends GuidanceStores {
  readonly agents: AgentStore;
  readonly catalog: CatalogStore;
}

/** What use cases work with. Each takes the part that it needs. */
export interface Deps {
  readonly log: EventLog;
  readonly runs: RunStore;
  readonly queue: RunQueue;
  readonly connections: ConnectionStore;
  readonly store: WorkspaceStore;
  readonly minter: AccessMinter;
  readonly publisher: Publisher;
  readonly spend: SpendGuard;
  readonly newId: NewId;
  readonly now: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}
