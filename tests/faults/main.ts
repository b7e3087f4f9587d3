// `npm run faults`: the long campaign. Kills workers before and after everything they do that others can notice, cuts
// sockets at every event, and makes each store, socket and model fail; after each fault the conversation must be the same.
import { parseArgs } from 'node:util';
import { type Fault, type Outcome, type Steps, tryFault, undisturbed } from './campaign.ts';
import { outageLeaseSeconds, outages, randomFaults, wholeCampaign } from './fault-list.ts';
import { startFaultWorld } from './fault-world.ts';

const { values } = parseArgs({
  options: {
    /** Only the faults whose name contains this. */
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** How many faults of the random part. */
    random: { type: 'string', default: '20' },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const outcomes: Outcome[] = [];

/** Tries faults in a world of their own. */
async function campaign(leaseSeconds: number, faultsOf: (steps: Steps) => readonly Fault[]): Promise<void> {
  const world = await startFaultWorld({ leaseSeconds });
  try {
    const { told, steps } = await undisturbed(world);
    const { journal, append, push, events } = steps;
    say(`undisturbed: ${journal} journal entries, ${append} appends, ${push} pushes, ${events} events`);
    for (const fault of faultsOf(steps).filter(({ name }) => name.includes(values.only))) {
      const outcome = await tryFault(world, fault, told);
      outcomes.push(outcome);
      const verdict = outcome.damage ? 'DAMAGE' : outcome.happened > 0 ? 'whole' : 'did not happen';
      say(`${verdict}  ${fault.name} (${outcome.tookMs} ms)`);
      const errors = world.errors();
      if (outcome.damage) say(`${outcome.damage}\n${errors}`);
    }
  } catch (error) {
    say(world.errors());
    throw error;
  } finally {
    await world.stop();
  }
}

say(`random faults with --seed ${values.seed}`);
await campaign(1, (steps) => [
  ...wholeCampaign(steps),
  ...randomFaults(steps, Number(values.seed), Number(values.random)),
]);
await campaign(outageLeaseSeconds, () => outages);

const kinds = [...new Set(outcomes.map(({ fault }) => fault.kind))];
say('\nkind | tried | happened | damaged');
for (const kind of kinds) {
  const ofKind = outcomes.filter(({ fault }) => fault.kind === kind);
  const happened = ofKind.filter((outcome) => outcome.happened > 0).length;
  say(`${kind} | ${ofKind.length} | ${happened} | ${ofKind.filter(({ damage }) => damage !== null).length}`);
}
const injected = outcomes.reduce((sum, { happened }) => sum + happened, 0);
const damaged = outcomes.filter(({ damage }) => damage !== null).length;
say(`\n${injected} faults injected in ${outcomes.length} conversations; ${damaged} lost, doubled or diverged`);
process.exitCode = damaged > 0 || injected === 0 ? 1 : 0;
