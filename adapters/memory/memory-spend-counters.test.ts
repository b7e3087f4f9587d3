import { spendCountersContract } from '#core/ports/spend-counters.contract.ts';
import { spendGuardContract } from '#core/ports/spend-guard.contract.ts';
import { createMemorySpendCounters } from './memory-spend-counters.ts';

spendCountersContract('memory', async () => createMemorySpendCounters());
spendGuardContract('memory', async () => createMemorySpendCounters());
