// The short form of `npm run faults`.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tryFault, undisturbed } from './campaign.ts';
import { booking, type Conversation, errand, queue } from './conversations.ts';
import { shortCampaign } from './fault-list.ts';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
});
afterAll(() => world?.stop());

const withFaults: readonly [Conversation['name'], Conversation][] = [
  ['booking', booking],
  ['errand', errand],
  ['queue', queue],
];

it.each(withFaults)(
  'has the same conversation (%s) whatever dies, breaks or is done twice',
  {
    timeout: 300_000,
  },
  async (_name, conversation) => {
    const course = await undisturbed(world, conversation);
    const faults = shortCampaign(course);
    const outcomes = [];
    for (const fault of faults) outcomes.push(await tryFault(world, fault, course));

    const damaged = outcomes.filter(({ damage }) => damage !== null);
    expect(damaged.map(({ fault, damage }) => `${fault.name}: ${damage}`)).toEqual([]);
    expect(outcomes.filter(({ happened }) => happened === 0).map(({ fault }) => fault.name)).toEqual([]);
  },
);
