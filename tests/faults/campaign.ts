import { deepStrictEqual } from 'node:assert/strict';
import { terminalRunStatuses } from '#core/protocol/run.ts';
import { applyEvents, emptyThreadView } from '#core/protocol/thread-view.ts';
import { seqsOf, upTo } from '../support/fold.ts';
import { converse, type Finished, type Talk, type Told, told } from './conversation.ts';
import type { Conversation } from './conversations.ts';
import type { FaultWorld } from './fault-world.ts';
import { apiPoints, isAt, type Point, pointNames } from './points.ts';

/** One way in which something goes wrong once, while the conversation is had. */
export interface Fault {
  /** What is counted together: `kill before journal`. */
  readonly kind: string;
  readonly name: string;
  /** Sets the fault up; what it answers is undone after the conversation. */
  readonly prepare: (world: FaultWorld, tell: () => void) => Preparation;
}

export interface Preparation {
  readonly onEvent?: Talk['onEvent'];
  readonly undo?: () => Promise<void> | undefined;
}

export interface Outcome {
  readonly fault: Fault;
  /** How often it happened; 0 when the conversation was over before. */
  readonly happened: number;
  /** What is different from the undisturbed conversation, or broken; null when nothing is. */
  readonly damage: string | null;
  readonly tookMs: number;
}

/** How much of everything there is in the undisturbed conversation: at how many points it can go wrong. */
export type Steps = Readonly<Record<Point | 'events', number>>;

/** How a conversation goes when nothing goes wrong. */
export interface Course {
  readonly conversation: Conversation;
  readonly told: Told;
  readonly steps: Steps;
}

/** Has a conversation undisturbed, and says how it went. */
export async function undisturbed(world: FaultWorld, conversation: Conversation): Promise<Course> {
  const steps = { journal: 0, append: 0, push: 0, enqueue: 0, 'api write': 0, 'api enqueue': 0 };
  world.meddle((_pid, place, passing) => {
    for (const point of [...pointNames, ...apiPoints]) if (isAt(point, place, passing)) steps[point] += 1;
    return { kind: 'pass' };
  });
  const finished = await converse(conversation, talkOf(world));
  world.meddle(() => ({ kind: 'pass' }));
  assertWhole(finished);
  const { runs, charged } = finished.told;
  deepStrictEqual({ runs, charged }, conversation.ends, JSON.stringify(finished.events));
  return { conversation, told: finished.told, steps: { ...steps, events: finished.events.length } };
}

/** Has a conversation with a fault in it, and compares what is left of it. */
export async function tryFault(world: FaultWorld, fault: Fault, course: Course): Promise<Outcome> {
  const startedMs = Date.now();
  let happened = 0;
  const { undo, ...seeing } = fault.prepare(world, () => {
    happened += 1;
  });
  try {
    const finished = await converse(course.conversation, { ...talkOf(world), ...seeing });
    deepStrictEqual(finished.told, course.told);
    assertWhole(finished);
    return { fault, happened, damage: null, tookMs: Date.now() - startedMs };
  } catch (error) {
    const damage = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { fault, happened, damage, tookMs: Date.now() - startedMs };
  } finally {
    world.meddle(() => ({ kind: 'pass' }));
    await undo?.();
  }
}

const talkOf = (world: FaultWorld): Talk => ({
  ...world.guest,
  url: world.stack.url,
  socketUrl: world.stack.socketUrl,
  counter: world.counter,
});

/** What must hold for every conversation: the log without a gap, one end per run, and every reader with the same view. */
function assertWhole({ events, live, opened, told: remembered }: Finished): void {
  deepStrictEqual(seqsOf(events), upTo(events.length));
  deepStrictEqual(applyEvents(emptyThreadView, events), live);
  const ends = new Set<string>(terminalRunStatuses.map((status) => `run.${status}`));
  const ended = events.flatMap(({ runId, event }) => (ends.has(event.type) ? [runId] : []));
  deepStrictEqual(ended, Object.keys(live.runs), 'each run ends in exactly one event');
  deepStrictEqual(told(opened, remembered.charged), remembered, 'a reader who opens the thread sees the same');
}
