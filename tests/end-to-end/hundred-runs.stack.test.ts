import { expect, it } from 'vitest';
import { carryRunsThroughRestarts } from '../faults/rolling-restart.ts';

it('carries 100 live runs of two users through a rolling restart of three workers, with nothing lost, doubled or mixed up', {
  timeout: 270_000,
}, async () => {
  expect(await carryRunsThroughRestarts(100)).toBe(100);
});
