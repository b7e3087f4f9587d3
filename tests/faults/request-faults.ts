import type { Fault, Preparation } from './campaign.ts';
import type { Fate, Passing } from './fault-proxy.ts';
import type { FaultWorld, Meddle, Place } from './fault-world.ts';
import { isAt, type WorkerPoint } from './points.ts';

/** Does something to the nth request at a point, counted over all workers. */
function atNth(point: WorkerPoint, nth: number, fate: (pid: number) => Fate): Meddle {
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
export const kill = (point: WorkerPoint, when: 'before' | 'after', nth: number): Fault => ({
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
export const twoKills = (point: WorkerPoint, nth: number, later: number): Fault => ({
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
export const freeze = (point: WorkerPoint, nth: number, forMs: number): Fault => ({
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

/** Does something to every nth of some requests, counted over all workers. */
const everyNth =
  (every: number, isOne: (place: Place, passing: Passing) => boolean, fate: Fate): Fault['prepare'] =>
  (world, tell) => {
    let seen = 0;
    return meddling((_pid, place, passing) => {
      if (!isOne(place, passing)) return { kind: 'pass' };
      seen += 1;
      if (seen % every !== 0) return { kind: 'pass' };
      tell();
      return fate;
    })(world);
  };

/** The request is carried out, and nobody ever hears of it. */
const lostAnswer: Fate = { kind: 'after', act: () => {} };

/** The store answers that it is overloaded; or carries the write out and never says so, at once or by and by. */
export const dynamo = (how: 'throttled' | 'lost answers' | 'hanging', every: number): Fault => {
  const fates = { throttled, 'lost answers': lostAnswer, hanging: { kind: 'hang' } } as const;
  return {
    kind: `DynamoDB ${how}`,
    name: `DynamoDB ${how}, every ${every}th request`,
    prepare: everyNth(every, (place) => place === 'dynamodb', fates[how]),
  };
};

const throttled: Fate = {
  kind: 'answer',
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    message: 'told to',
  }),
};

/** A worker's requests to the database and its own interface over HTTP. */
export const database = (how: '503' | 'lost answers', every: number): Fault => ({
  kind: `Supabase ${how}`,
  name: `Supabase ${how}, every ${every}th request`,
  prepare: everyNth(every, (place) => place === 'supabase', how === '503' ? overloaded : lostAnswer),
});

/** What PostgREST says when it has no connection to Postgres. */
const overloaded: Fate = {
  kind: 'answer',
  status: 503,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ code: 'PGRST001', message: 'told to', details: null, hint: null }),
};

export const pushes = (how: '410' | '429' | 'slow', every: number): Fault => ({
  kind: `PostToConnection ${how}`,
  name: `PostToConnection ${how}, every ${every}th`,
  prepare: everyNth(
    every,
    (place, { method }) => place === 'sockets' && method === 'POST',
    how === 'slow' ? { kind: 'late', ms: 700 } : refusedPush(how),
  ),
});

const refusedPush = (how: '410' | '429'): Fate => ({
  kind: 'answer',
  status: Number(how),
  headers: { 'x-amzn-errortype': how === '410' ? 'GoneException' : 'LimitExceededException' },
  body: JSON.stringify({ message: 'told to' }),
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
