import type { Course, Fault } from './campaign.ts';
import { cut, model, modelFaults } from './fault-list.ts';
import type { Meddle } from './fault-world.ts';
import { crashed, parts } from './outside-faults.ts';
import { pointNames } from './points.ts';
import { dynamo, freeze, kill, pushes, s3Down, twoKills } from './request-faults.ts';

/** Pairs of faults at places and times that nobody chose; the same ones for the same seed. */
export function randomFaults({ steps }: Course, seed: number, count: number): Fault[] {
  const random = mulberry32(seed);
  const upTo = (most: number) => 1 + Math.floor(random() * most);
  const taken = pointNames.filter((point) => steps[point] > 0);
  const one = (...more: (() => Fault)[]): Fault => {
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
      () => model([modelFaults[upTo(5) - 1] ?? '500'], upTo(6) - 1),
      () => s3Down(upTo(3)),
      ...more,
    ];
    return makers[upTo(makers.length) - 1]?.() ?? kill(point, 'after', nth);
  };
  // A part cannot die twice at once.
  const crash = () => crashed(parts[upTo(parts.length) - 1] ?? 'api', 1_000, upTo(steps.events));
  return Array.from({ length: count }, () => both(one(crash), one()));
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
