import { spendCountersContract } from '#core/ports/spend-counters.contract.ts';
import { createMemorySpendCounters } from './memory-spend-counters.ts';

spendCountersContract('memory', async () => createMemorySpendCounters());
