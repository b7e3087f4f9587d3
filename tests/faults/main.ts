// `npm run faults`: the long campaign. Kills workers before and after everything they do that others can notice, cuts
// sockets at every event, and makes each store, socket and model fail; after each fault the conversation must be the same.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Course, type Fault, tryFault, undisturbed } from './campaign.ts';
import { conversations } from './conversations.ts';
import { outageLeaseSeconds, outages, wholeCampaign } from './fault-list.ts';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';
import { randomFaults } from './random-faults.ts';
import { carryRunsThroughRestarts } from './rolling-restart.ts';
import { type Entry, tally } from './tally.ts';

const { values } = parseArgs({
  options: {
    /** Only the faults whose name contains one of these, after that of their conversation: `errand: kill before`. */
    only: { type: 'string', multiple: true, default: [''] },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** How many pairs of faults the random part has. */
    random: { type: 'string', default: '20' },
    /** How many worlds there are at the same time, each with a fault of its own. */
    lanes: { type: 'string', default: String(Math.max(2, availableParallelism())) },
  },
});

/** Shorter than the 18 s of AWS: it is a setting, and each fault waits for it. */
const leaseSeconds = 2;
const startedMs = Date.now();
const say = (line: string) => process.stdout.write(`${line}\n`);

const isWanted = (name: string): boolean => values.only.some((part) => name.includes(part));

const entries: Entry[] = [];
let untried = 0;

/** Stopped by a person, it finishes what is under way and says how far it has come. */
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());

function note(name: string, entry: Entry, tookMs: number, errors = ''): void {
  entries.push(entry);
  const verdict = entry.damage ? 'DAMAGE' : entry.happened > 0 ? 'whole' : 'did not happen';
  say(`${verdict}  ${name} (${entry.happened} times, ${tookMs} ms)`);
  if (entry.damage) say(`${entry.damage}\n${errors}`);
}

interface Trial {
  readonly name: string;
  readonly fault: Fault;
  readonly course: Course;
}

/** The first of each kind first, and the others spread over the list: a campaign that is stopped has tried some of everything. */
function spread(trials: readonly Trial[]): Trial[] {
  const kindOf = ({ course, fault }: Trial) => `${course.conversation.name} ${fault.kind}`;
  const ofKind = Map.groupBy(trials, kindOf);
  const placeOf = (trial: Trial) => {
    const alike = ofKind.get(kindOf(trial)) ?? [];
    return alike.indexOf(trial) / alike.length;
  };
  return trials.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** Tries faults in several worlds at once; each takes the next one of the list. */
async function campaign(seconds: number, faultsOf: (course: Course) => readonly Fault[]): Promise<void> {
  if (stopped.signal.aborted) return;
  const worlds: FaultWorld[] = [];
  try {
    const first = await startFaultWorld({ leaseSeconds: seconds });
    worlds.push(first);
    const listed: Trial[] = [];
    for (const conversation of conversations) {
      const course = await undisturbed(first, conversation);
      say(`${conversation.name}: ${JSON.stringify(course.steps)}`);
      for (const fault of faultsOf(course)) {
        const name = `${conversation.name}: ${fault.name}`;
        if (isWanted(name)) listed.push({ name, fault, course });
      }
    }
    const todo = spread(listed);
    const work = async (world: FaultWorld) => {
      for (let next = todo.shift(); next; next = stopped.signal.aborted ? undefined : todo.shift()) {
        const { kind } = next.fault;
        const { happened, damage, tookMs } = await tryFault(world, next.fault, next.course);
        note(next.name, { kind, happened, damage }, tookMs, world.errors());
      }
    };
    const lanes = [work(first)];
    while (worlds.length < Number(values.lanes) && todo.length > 0) {
      const world = await startFaultWorld({ leaseSeconds: seconds });
      worlds.push(world);
      lanes.push(work(world));
    }
    await Promise.all(lanes);
    untried += todo.length;
  } finally {
    for (const world of worlds) await world.stop();
  }
}

async function rollingRestart(): Promise<void> {
  const name = 'rolling restart of three workers under 100 live runs';
  if (!isWanted(name) || stopped.signal.aborted) return;
  const beganMs = Date.now();
  let happened = 0;
  let damage: string | null = null;
  try {
    happened = await carryRunsThroughRestarts(100);
  } catch (error) {
    damage = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  note(name, { kind: 'rolling restart', happened, damage }, Date.now() - beganMs);
}

say(`${values.lanes} lanes, leases of ${leaseSeconds} s (${outageLeaseSeconds} s for outages), --seed ${values.seed}`);
await campaign(leaseSeconds, (course) => [
  ...wholeCampaign(course),
  ...(course.conversation.name === 'expiry' ? [] : randomFaults(course, Number(values.seed), Number(values.random))),
]);
await campaign(outageLeaseSeconds, outages);
await rollingRestart();

say('\nkind | tried | happened | damaged');
const { kinds, injected, damaged, missing, passed } = tally(entries);
for (const { kind, ...of } of kinds) say(`${kind} | ${of.tried} | ${of.happened} | ${of.damaged}`);
const minutes = Math.round((Date.now() - startedMs) / 60_000);
say(
  `\n${injected} faults injected in ${entries.length} conversations in ${minutes} minutes; ${damaged} lost, doubled or diverged`,
);
if (stopped.signal.aborted) say(`stopped before its end, with at least ${untried} faults not tried`);
if (missing.length > 0) say(`never happened: ${missing.join(', ')}`);
process.exitCode = passed && !stopped.signal.aborted ? 0 : 1;
