import type { Course, Fault, Preparation, Steps } from './campaign.ts';
import type { Fate } from './fault-proxy.ts';
import type { FaultWorld, Meddle } from './fault-world.ts';
import { apiKilledBeforeQueueing, crashed, deletesLost, deliveredTwice, parts } from './outside-faults.ts';
import { isAt, type Point, pointNames } from './points.ts';
import type { ModelFault } from './scripted-model.ts';

/** Does something to the nth request at a point, counted over all workers. */
function atNth(point: Point, nth: number, fate: (pid: number) => Fate): Meddle {
  let seen = 0;
  return (pid, where, passing) => {
    if (!isAt(point, where, passing)) return { kind: 'pass' };
    seen += 1;
    return seen === nth ? fate(pid) : { kind: 'pass' };
  };
}

const meddling =
  (meddle: Meddle) =>
  (world: FaultWorld): Preparation => {
    world.meddle(meddle);
    return {};
  };

/** The worker is killed by SIGKILL just before, or just after, what it does there. */
export const kill = (point: Point, when: 'before' | 'after', nth: number): Fault => ({
  kind: `kill ${when} ${point}`,
  name: `kill ${when} ${point} ${nth}`,
  prepare: (world, tell) =>
    meddling(
      atNth(point, nth, (pid) => {
        const act = () => {
          tell();
          process.kill(pid, 'SIGKILL');
        };
        return when === 'before' ? { kind: 'before', act, lost: true } : { kind: 'after', act };
      }),
    )(world),
});

/** The next worker dies as well, a little further on. */
const twoKills = (point: Point, nth: number, later: number): Fault => ({
  kind: 'two kills',
  name: `two kills at ${point} ${nth} and ${later} later`,
  prepare(world, tell) {
    let seen = 0;
    world.meddle((pid, place, passing) => {
      if (!isAt(point, place, passing)) return { kind: 'pass' };
      seen += 1;
      if (seen !== nth && seen !== nth + later) return { kind: 'pass' };
      const act = () => {
        tell();
        process.kill(pid, 'SIGKILL');
      };
      return { kind: 'after', act };
    });
    return {};
  },
});

/** The worker is stopped for longer than its lease, with a request under way, and then goes on as if nothing had been. */
export const freeze = (point: Point, nth: number, forMs: number): Fault => ({
  kind: `freeze past the lease at ${point}`,
  name: `freeze at ${point} ${nth}`,
  prepare: (world, tell) =>
    meddling(
      atNth(point, nth, (pid) => {
        const act = () => {
          tell();
          process.kill(pid, 'SIGSTOP');
          setTimeout(() => process.kill(pid, 'SIGCONT'), forMs);
        };
        return { kind: 'before', act };
      }),
    )(world),
});

/** The client loses its connection at these events. */
export const cut = (name: string, cutsAt: (seq: number) => boolean): Fault => ({
  kind: 'cut socket',
  name: `cut socket ${name}`,
  prepare: (_world, tell) => ({
    onEvent(seq) {
      const cuts = cutsAt(seq);
      if (cuts) tell();
      return cuts;
    },
  }),
});

/** The store answers that it is overloaded, or carries the write out and never says so. */
export const dynamo = (how: 'throttled' | 'lost answers', every: number): Fault => ({
  kind: `DynamoDB ${how}`,
  name: `DynamoDB ${how}, every ${every}th request`,
  prepare(world, tell) {
    let seen = 0;
    world.meddle((_pid, place) => {
      if (place !== 'dynamodb') return { kind: 'pass' };
      seen += 1;
      if (seen % every !== 0) return { kind: 'pass' };
      tell();
      return how === 'throttled' ? throttled : { kind: 'after', act: () => {} };
    });
    return {};
  },
});

const throttled: Fate = {
  kind: 'answer',
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    message: 'told to',
  }),
};

export const pushes = (how: '410' | '429' | 'slow', every: number): Fault => ({
  kind: `PostToConnection ${how}`,
  name: `PostToConnection ${how}, every ${every}th`,
  prepare(world, tell) {
    let seen = 0;
    world.meddle((_pid, place, passing) => {
      if (place !== 'sockets' || passing.method !== 'POST') return { kind: 'pass' };
      seen += 1;
      if (seen % every !== 0) return { kind: 'pass' };
      tell();
      if (how === 'slow') return { kind: 'late', ms: 700 };
      const error = how === '410' ? 'GoneException' : 'LimitExceededException';
      const body = JSON.stringify({ message: 'told to' });
      return { kind: 'answer', status: Number(how), headers: { 'x-amzn-errortype': error }, body };
    });
    return {};
  },
});

/** Object storage refuses its connections for the first so many requests. */
export const s3Down = (requests: number): Fault => ({
  kind: 'object storage down',
  name: `object storage down for ${requests} requests`,
  prepare(world, tell) {
    let seen = 0;
    world.meddle((_pid, place) => {
      if (place !== 's3' || seen >= requests) return { kind: 'pass' };
      seen += 1;
      tell();
      return { kind: 'refuse' };
    });
    return {};
  },
});

export const model = (...faults: ModelFault[]): Fault => ({
  kind: `model ${[...new Set(faults)].join(', ')}`,
  name: `model ${faults.join(', ')}`,
  prepare(world, tell) {
    world.model.fail(faults, tell);
    return {
      undo: () => {
        world.model.fail([]);
        return undefined;
      },
    };
  },
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

const kills = (steps: Steps, points: readonly Point[]): Fault[] =>
  points.flatMap((point) =>
    numbers(steps[point]).flatMap((nth) => [kill(point, 'before', nth), kill(point, 'after', nth)]),
  );

const always: readonly Fault[] = [cut('at every event', () => true), deliveredTwice, deletesLost];

/** Everything that is tried on a conversation. One has all of it, the others what is about their own steps. */
export function wholeCampaign({ conversation, steps }: Course): Fault[] {
  if (conversation.name !== 'booking') return [...kills(steps, ['journal', 'append', 'enqueue']), ...always];
  return [
    ...kills(steps, pointNames),
    ...numbers(steps.events).map((seq) => cut(`at event ${seq}`, (at) => at === seq)),
    ...always,
    ...numbers(steps.journal).map((nth) => freeze('journal', nth, 4_000)),
    ...[1, 2, 3].flatMap((every) => [pushes('410', every), pushes('429', every), pushes('slow', every)]),
    ...[1, 3, 6].map(s3Down),
    ...modelFaults.map((fault) => model(fault)),
    model('429', '500', 'cut'),
    model('nothing', 'garbage'),
    apiKilledBeforeQueueing,
  ];
}

/** Trouble that takes as long as a worker tries: the lease must be longer than that, as it is in AWS. */
export const outages: readonly Fault[] = [
  ...[3, 5, 8].flatMap((every) => [dynamo('throttled', every), dynamo('lost answers', every)]),
  ...parts.map((part) => crashed(part, 10_000)),
];
export const outageLeaseSeconds = 5;

const modelFaults: readonly ModelFault[] = ['429', '500', 'nothing', 'cut', 'garbage', 'stall'];

const middle = (count: number): number => Math.ceil(count / 2);

/** Some of everything, in a few tens of seconds. */
export function shortCampaign({ conversation, steps }: Course): Fault[] {
  if (conversation.name === 'queue') return [kill('enqueue', 'before', 1)];
  if (conversation.name !== 'booking') {
    return [kill('journal', 'before', middle(steps.journal)), kill('append', 'after', steps.append - 2)];
  }
  return [
    kill('journal', 'before', 4),
    kill('journal', 'after', middle(steps.journal)),
    kill('push', 'after', middle(steps.push)),
    cut('at every event', () => true),
    freeze('journal', middle(steps.journal), 2_500),
    dynamo('lost answers', 6),
    s3Down(3),
    model('429', 'cut'),
    crashed('supabase', 1_000),
    deliveredTwice,
    apiKilledBeforeQueueing,
  ];
}

/** Pairs of faults at places and times that nobody chose; the same ones for the same seed. */
export function randomFaults({ steps }: Course, seed: number, count: number): Fault[] {
  const random = mulberry32(seed);
  const upTo = (most: number) => 1 + Math.floor(random() * most);
  const taken = pointNames.filter((point) => steps[point] > 0);
  const one = (): Fault => {
    const point = taken[upTo(taken.length) - 1] ?? 'journal';
    const nth = upTo(steps[point]);
    const cuts = random();
    const makers = [
      () => kill(point, random() < 0.5 ? 'before' : 'after', nth),
      () => freeze(point, nth, 500 + upTo(3_000)),
      () => cut(`at event ${Math.ceil(cuts * 10)} and on`, (seq) => seq >= Math.ceil(cuts * 10)),
      () => dynamo(random() < 0.5 ? 'throttled' : 'lost answers', 3 + upTo(5)),
      () => twoKills(point, nth, upTo(6)),
      () => pushes(random() < 0.5 ? '410' : '429', upTo(3)),
      () => model(modelFaults[upTo(5) - 1] ?? '500'),
      () => s3Down(upTo(3)),
    ];
    return makers[upTo(makers.length) - 1]?.() ?? kill(point, 'after', nth);
  };
  return numbers(count).map(() => both(one(), one()));
}

/** Two faults in one conversation. What the first does to a request, the second does not see. */
function both(first: Fault, second: Fault): Fault {
  return {
    kind: 'two at random',
    name: `${first.name} and ${second.name}`,
    prepare(world, tell) {
      const meddles: Meddle[] = [];
      const collecting = { ...world, meddle: (meddle: Meddle) => void meddles.push(meddle) };
      const prepared = [first.prepare(collecting, tell), second.prepare(collecting, tell)];
      world.meddle((pid, place, passing) => {
        for (const meddle of meddles) {
          const fate = meddle(pid, place, passing);
          if (fate.kind !== 'pass') return fate;
        }
        return { kind: 'pass' };
      });
      return {
        onEvent: (seq) => prepared.map(({ onEvent }) => onEvent?.(seq) ?? false).includes(true),
        undo: async () => {
          for (const { undo } of prepared) await undo?.();
        },
      };
    },
  };
}

/** A small generator of random numbers that can be begun again (Tommy Ettinger's mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
