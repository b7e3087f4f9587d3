import { expect, it } from 'vitest';
import { carryRunsThroughRestarts } from '../faults/rolling-restart.ts';

// `npm run faults` has it with a hundred.
it('carries 50 live runs of two users through a rolling restart of three workers, with nothing lost, doubled or mixed up', {
  timeout: 270_000,
}, async () => {
  expect(await carryRunsThroughRestarts(50)).toBe(50);
});
