import type { Course, Fault, Steps } from './campaign.ts';
import { apiKilled, crashed, deletesLost, deliveredTwice, parts } from './outside-faults.ts';
import { type ApiPoint, apiPoints, pointNames, type WorkerPoint } from './points.ts';
import { database, dynamo, freeze, kill, pushes, s3Down } from './request-faults.ts';
import type { ModelFault } from './scripted-model.ts';

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

/** The model's server fails, one request after the other, when it has been asked so many times. */
export const model = (faults: readonly ModelFault[], after = 0): Fault => ({
  kind: `model ${[...new Set(faults)].join(', ')}${after > 0 ? ' later on' : ''}`,
  name: `model ${faults.join(', ')}${after > 0 ? ` after ${after} requests` : ''}`,
  prepare(world, tell) {
    world.model.fail(faults, tell, after);
    return {
      undo: () => {
        world.model.fail([]);
        return undefined;
      },
    };
  },
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

const kills = (steps: Steps, points: readonly WorkerPoint[]): Fault[] =>
  points.flatMap((point) =>
    numbers(steps[point]).flatMap((nth) => [kill(point, 'before', nth), kill(point, 'after', nth)]),
  );

/** A few of them, spread evenly; the last one not among them, for how often the API writes is not always quite the same. */
const some = (count: number, most: number): number[] =>
  count <= most ? numbers(count) : numbers(most).map((nth) => Math.ceil(((nth - 0.5) * count) / most));

const apiKills = (steps: Steps, point: ApiPoint): Fault[] =>
  some(steps[point], 12).flatMap((nth) => [apiKilled(point, 'before', nth), apiKilled(point, 'after', nth)]);

const always: readonly Fault[] = [cut('at every event', () => true), deliveredTwice, deletesLost];

/** Everything that is tried on a conversation. One has all of it, the others what is about their own steps. */
export function wholeCampaign({ conversation, steps }: Course): Fault[] {
  if (conversation.name !== 'booking') {
    const unqueued = numbers(steps['api enqueue']).map((nth) => apiKilled('api enqueue', 'before', nth));
    return [...kills(steps, ['journal', 'append', 'enqueue']), ...unqueued, ...always];
  }
  return [
    ...kills(steps, pointNames),
    ...numbers(steps.events).map((seq) => cut(`at event ${seq}`, (at) => at === seq)),
    ...always,
    ...numbers(steps.journal).map((nth) => freeze('journal', nth, 4_000)),
    ...[1, 2, 3].flatMap((every) => [pushes('410', every), pushes('429', every), pushes('slow', every)]),
    ...[1, 3, 6].map(s3Down),
    ...modelFaults.flatMap((fault) => [
      model([fault]),
      ...(fault === 'stall' ? [] : [2, 4].map((after) => model([fault], after))),
    ]),
    model(['429', '500', 'cut']),
    model(['nothing', 'garbage']),
    ...apiPoints.flatMap((point) => apiKills(steps, point)),
  ];
}

/** Trouble that takes as long as a worker tries: the lease must be longer than that, as it is in AWS. */
export function outages({ conversation, steps }: Course): Fault[] {
  if (conversation.name !== 'booking') return [];
  const moments = numbers(7).map((nth) => Math.round((nth * steps.events) / 8));
  return [
    ...[3, 5, 8].flatMap((every) => [dynamo('throttled', every), dynamo('lost answers', every)]),
    ...[5, 8].map((every) => dynamo('hanging', every)),
    ...[3, 5, 8].flatMap((every) => [database('503', every), database('lost answers', every)]),
    ...parts.map((part) => crashed(part, 10_000)),
    ...parts.flatMap((part) => moments.map((seq, index) => crashed(part, index % 2 === 0 ? 1_000 : 2_000, seq))),
  ];
}
export const outageLeaseSeconds = 5;

export const modelFaults: readonly ModelFault[] = ['429', '500', 'nothing', 'cut', 'garbage', 'stall'];

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
    model(['429', 'cut'], 2),
    crashed('supabase', 1_000),
    deliveredTwice,
    apiKilled('api enqueue', 'before', 1),
  ];
}
