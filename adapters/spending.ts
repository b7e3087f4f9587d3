import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '#core/ports/clock.ts';
import type { AccessMinter } from '#core/ports/identity.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { Spending } from '#core/use-cases/deps.ts';
import { createSpendGuard } from '#core/use-cases/spend-guard.ts';
import { createDynamoSpendCounters } from './aws/dynamo-spend-counters.ts';
import type { RestProject } from './supabase/postgrest.ts';
import { createSupabaseBudgetStore } from './supabase/supabase-budget-store.ts';
import { createSupabaseUsageLedger } from './supabase/supabase-usage-ledger.ts';

/** What has to do with money: limits and bills in Postgres, and in DynamoDB the counters that decide. */
export function createSpending(options: {
  dynamo: DynamoDBClient;
  table: string;
  project: RestProject;
  journal: Journal;
  minter: AccessMinter;
  now: Clock;
}): Spending {
  const { journal, minter, now } = options;
  const counters = createDynamoSpendCounters({ client: options.dynamo, table: options.table, now });
  const budgets = createSupabaseBudgetStore(options.project);
  const ledger = createSupabaseUsageLedger(options.project);
  return { budgets, ledger, counters, spend: createSpendGuard({ counters, journal, ledger, budgets, minter, now }) };
}
