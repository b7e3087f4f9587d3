import { rateLimiterContract } from '#core/ports/rate-limiter.contract.ts';
import { createMemoryRateLimiter } from './memory-rate-limiter.ts';

rateLimiterContract('memory', async (now) => createMemoryRateLimiter({ now }));
