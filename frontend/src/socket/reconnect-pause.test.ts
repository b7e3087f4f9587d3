import { expect, it } from 'vitest';
import { afterLeaving, type Leaving } from './reconnect-pause.ts';

const none: Leaving = { shortLives: 0, pauseMs: 0 };

/** The pauses after connections that each lived so long. */
function pauses(livesMs: readonly number[], random: number): number[] {
  let leaving = none;
  return livesMs.map((livedMs) => {
    leaving = afterLeaving(leaving, livedMs, random);
    return leaving.pauseMs;
  });
}

it('makes the first connection anew at once, and pauses longer and longer while none of them lasts', () => {
  expect(pauses([100, 100, 100, 100, 100, 100, 100, 100, 100], 1)).toEqual([
    0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

it('spreads clients over half of each pause', () => {
  expect(pauses([100, 100, 100], 0)).toEqual([0, 500, 1_000]);
});

it('begins anew after a connection that lasted', () => {
  expect(pauses([100, 100, 60_000, 100, 100], 1)).toEqual([0, 1_000, 0, 0, 1_000]);
});
