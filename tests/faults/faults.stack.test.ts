// The short form of `npm run faults`.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Outcome, tryFault, undisturbed } from './campaign.ts';
import { shortCampaign } from './fault-list.ts';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
});
afterAll(() => world?.stop());

it('has the same conversation whatever dies, breaks or is done twice', { timeout: 300_000 }, async () => {
  const { told, steps } = await undisturbed(world);
  const outcomes: Outcome[] = [];
  for (const fault of shortCampaign(steps)) outcomes.push(await tryFault(world, fault, told));

  const damaged = outcomes.filter(({ damage }) => damage !== null);
  expect(damaged.map(({ fault, damage }) => `${fault.name}: ${damage}`)).toEqual([]);
  expect(outcomes.filter(({ happened }) => happened === 0).map(({ fault }) => fault.name)).toEqual([]);
});
