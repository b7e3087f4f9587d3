import { afterEach, describe, expect, it, vi } from 'vitest';
import { claim } from '#core/domain/run-lease.ts';
import { end } from '#core/domain/run-record.ts';
import { answer, suspend } from '#core/domain/run-suspension.ts';
import { PlatformError, unavailable } from '#core/errors.ts';
import type { AgentTask } from '#core/ports/agent-runner.ts';
import { newId, newUserId, sampleMessage, sampleWait } from '#core/ports/samples.contract.ts';
import type { ThreadId } from '#core/protocol/ids.ts';
import { endByRequest } from '#core/use-cases/cancel-run.ts';
import { killRun } from '#core/use-cases/kill-run.ts';
import { defaultLeaseMs } from './live-runs.ts';
import { createWorld, failsAfter, type Script, says, saysUntilStopped, type World } from './testing.ts';
import { createWorker } from './worker.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Starts a worker whose ticks come when the test says so. */
function startWorker(world: World, run: Script, { maxRuns = 10, owner = 'worker-1' } = {}) {
  const ticks: { ms: number; callback: () => void }[] = [];
  const worker = createWorker({
    ...world,
    owner,
    maxRuns,
    waitSeconds: 0.01,
    runner: { run },
    every: (ms, callback) => {
      const tick = { ms, callback };
      ticks.push(tick);
      return () => void ticks.splice(ticks.indexOf(tick), 1);
    },
  });
  const done = worker.run();
  cleanUps.push(async () => {
    await worker.stop(0);
    await done;
  });
  return {
    worker,
    done,
    ticks,
    tick: (ms: number) => {
      for (const tick of [...ticks]) if (tick.ms === ms) tick.callback();
    },
  };
}

const until = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 3_000, interval: 5 });
const untilSaid = (world: World, threadId: ThreadId, texts: string[]) =>
  until(async () => expect(await world.texts(threadId)).toEqual(texts));
const untilEnded = (world: World, runId: Parameters<World['record']>[0]) =>
  until(async () => expect(await world.record(runId)).toMatchObject({ settled: true }));

const ends = ['run.completed', 'run.failed', 'run.cancelled'];
const endsIn = async (world: World, threadId: ThreadId) =>
  (await world.eventTypes(threadId)).filter((type) => ends.includes(type));

/** Whether anything is left in the queue, now or when what is hidden becomes visible. */
async function leftInQueue(world: World): Promise<number> {
  world.pass(60_000);
  return (await world.queue.receive(10, 0)).length;
}

/** The message that is in the queue, which then is not there any more. */
async function takeMessage(world: World) {
  const [received] = await world.queue.receive(1, 0);
  if (!received) throw new Error('nothing was sent');
  await world.queue.delete(received.receipt);
  return received.message;
}

describe('while a run is being claimed', () => {
  it('its thread and its agent are read, once', async () => {
    const read = { thread: 0, agent: 0 };
    const bothRead = Promise.withResolvers<void>();
    const tell = (what: keyof typeof read) => {
      read[what] += 1;
      if (read.thread > 0 && read.agent > 0) bothRead.resolve();
    };
    const world = createWorld({
      // Claims only then: whoever reads behind the claim never comes to it.
      runs: (runs) => ({
        ...runs,
        change: async (runId, decide) => {
          const { status } = await world.record(runId);
          if (status === 'queued' && isWorking) await bothRead.promise;
          return runs.change(runId, decide);
        },
      }),
      store: (store) => ({
        ...store,
        openThread: (...asked) => {
          if (isWorking) tell('thread');
          return store.openThread(...asked);
        },
      }),
      agents: (agents) => ({
        ...agents,
        context: (...asked) => {
          tell('agent');
          return agents.context(...asked);
        },
      }),
    });
    let isWorking = false;
    const { runId } = await world.send('Hello');
    isWorking = true;
    let readUntilAsked: typeof read | undefined;

    startWorker(world, (task) => {
      readUntilAsked = { ...read };
      return says('Hi.')(task);
    });
    await untilEnded(world, runId);

    expect(readUntilAsked).toEqual({ thread: 1, agent: 1 });
  });

  it('what could not be read is read again', async () => {
    const refuses = { thread: true, agent: true };
    const isRefused = (what: keyof typeof refuses) => {
      const refused = refuses[what];
      refuses[what] = false;
      return refused ? Promise.reject(unavailable('A store', new Error('away'))) : undefined;
    };
    const world = createWorld({
      store: (store) => ({ ...store, openThread: (...asked) => isRefused('thread') ?? store.openThread(...asked) }),
      agents: (agents) => ({ ...agents, context: (...asked) => isRefused('agent') ?? agents.context(...asked) }),
    });
    const { runId } = await world.send('Hello');

    startWorker(world, says('Hi.'));
    await untilEnded(world, runId);

    expect(refuses).toEqual({ thread: false, agent: false });
    expect(await world.record(runId)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  it.each([
    ['somebody else', () => ({ userId: newUserId() })],
    ['somebody else’s workspace', () => ({ workspaceId: newId('wsp') })],
    ['another thread', () => ({ threadId: newId('thr') })],
    ['another agent', (world: World) => ({ agentId: world.hire('Bo') })],
    ['an anonymous person', () => ({ isAnonymous: true })],
  ])('what is read for %s than the record names is not used', async (_, changed) => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');
    const message = await takeMessage(world);
    const { workspaceId, agentId, userId } = world;
    const said = { workspaceId, threadId, agentId, userId, isAnonymous: false, ...changed(world) };
    const { userId: who, isAnonymous, agentId: whom, ...ids } = said;
    await world.queue.send({ ...message, ...ids, reader: { userId: who, isAnonymous, agentId: whom } }, 'forged');
    const tasks: AgentTask[] = [];

    startWorker(world, (task) => {
      tasks.push(task);
      return says('Hi.')(task);
    });
    await untilEnded(world, runId);

    expect(tasks).toMatchObject([
      { context: { workspaceId, threadId, userId, isAnonymous: false }, prepared: { agentId } },
    ]);
    expect(await world.texts(threadId)).toEqual(['Hello', 'Hi.']);
  });

  it('a message as an earlier version sends it is read behind the claim', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');
    const { reader: _, ...message } = await takeMessage(world);
    await world.queue.send(message, 'by hand');

    startWorker(world, says('Hi.'));
    await untilEnded(world, runId);

    expect(await world.texts(threadId)).toEqual(['Hello', 'Hi.']);
  });

  it('what cannot be read for a run that has ended disturbs nobody', async () => {
    const down = () => Promise.reject(unavailable('A store', new Error('down')));
    let isDown = false;
    const handled = Promise.withResolvers<void>();
    const world = createWorld({
      queue: (queue) => ({ ...queue, delete: (receipt) => queue.delete(receipt).then(handled.resolve) }),
      store: (store) => ({ ...store, openThread: (...asked) => (isDown ? down() : store.openThread(...asked)) }),
      agents: (agents) => ({ ...agents, context: down }),
    });
    const { runId } = await world.send('Hello');
    await endByRequest(world, runId);
    await untilEnded(world, runId);
    isDown = true;

    // A rejection that nobody has seen to would end the process, and fails this test.
    startWorker(world, says('Hi.'));
    await handled.promise;

    expect(await world.record(runId)).toMatchObject({ status: 'cancelled', settled: true });
  });
});

describe('a message', () => {
  it('that comes back before the one behind the answers tells them first', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');
    const nowMs = Date.parse('2026-11-21T09:00:00.000Z');
    const wait = sampleWait({ requestedAtMs: nowMs, expiresAtMs: nowMs + 3_600_000 });
    const approve = { type: 'decision', decision: { decision: 'approve', scope: 'once' }, by: newUserId() } as const;
    await world.runs.change(runId, (record) => claim(record, { owner: 'worker-0', nowMs, leaseMs: 20_000 }));
    await world.runs.change(runId, (record) => suspend(record, 1, [wait], nowMs));
    await world.runs.change(runId, (record) => answer(record, wait.id, approve, nowMs));

    startWorker(world, says('Hi.'));
    await untilEnded(world, runId);

    const types = await world.eventTypes(threadId);
    expect(types.filter((type) => type === 'approval.resolved')).toHaveLength(1);
    expect(types.indexOf('approval.resolved')).toBeLessThan(types.indexOf('run.started'));
  });

  it('is worked on and then taken out of the queue', async () => {
    const world = createWorld();
    const { worker, done } = startWorker(world, says('Hi.'));

    const { runId, threadId } = await world.send('Hello');
    await untilEnded(world, runId);
    await worker.stop(0);
    await done;

    expect(await world.texts(threadId)).toEqual(['Hello', 'Hi.']);
    expect(await endsIn(world, threadId)).toEqual(['run.completed']);
    expect(await leftInQueue(world)).toBe(0);
    expect(world.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('is done with also when its run failed', async () => {
    const world = createWorld();
    const { worker } = startWorker(world, failsAfter('The beginning'));

    const { runId, threadId } = await world.send('Hello');
    await untilEnded(world, runId);
    await worker.stop(0);

    expect(await endsIn(world, threadId)).toEqual(['run.failed']);
    expect(await leftInQueue(world)).toBe(0);
  });

  it('of a thread waits for the one before it', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('One');
    const second = await world.send('Two', threadId);

    startWorker(world, says('Hi.'));
    await untilEnded(world, second.runId);

    expect((await world.record(runId)).settled).toBe(true);
    expect(await world.texts(threadId)).toEqual(['One', 'Hi.', 'Two', 'Hi.']);
  });

  it('of a run that nobody knows is logged and dropped', async () => {
    const world = createWorld();
    const message = sampleMessage();
    await world.queue.send(message);

    const { worker } = startWorker(world, says('never'));
    await until(() => expect(world.lines).toHaveLength(1));
    await worker.stop(0);

    expect(world.lines).toMatchObject([{ level: 'error', fields: { runId: message.runId, worker: 'worker-1' } }]);
    expect(await leftInQueue(world)).toBe(0);
  });

  it('of a run that has ended makes its end known', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');
    const error = { code: 'worker_lost' as const, message: 'Gone.' };
    await world.runs.change(runId, (record) => end(record, { status: 'failed', error }, world.now()));

    const { worker } = startWorker(world, says('never'));
    await untilEnded(world, runId);
    await worker.stop(0);

    expect(await endsIn(world, threadId)).toEqual(['run.failed']);
    expect(await world.texts(threadId)).toEqual(['Hello']);
    expect(await leftInQueue(world)).toBe(0);
  });

  it('of a run that another worker holds comes back when that one may be dead', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');
    const other = { owner: 'worker-2', nowMs: world.now(), leaseMs: 20_000 };
    await world.runs.change(runId, (record) => claim(record, other));
    const releases: number[] = [];
    const queue: World['queue'] = {
      ...world.queue,
      release: (receipt, delaySeconds) => {
        releases.push(delaySeconds);
        return world.queue.release(receipt, delaySeconds);
      },
    };

    startWorker({ ...world, queue }, says('Hi.'));
    await until(() => expect(releases).toEqual([20]));
    world.pass(20_000);
    await untilEnded(world, runId);

    expect(await world.texts(threadId)).toEqual(['Hello', 'Hi.']);
  });

  it('comes back after two seconds when the attempt at it broke off', async () => {
    const world = createWorld();
    let attempts = 0;
    const { runId, threadId } = await world.send('Hello');

    startWorker(world, (task) => {
      attempts += 1;
      if (attempts === 1) throw new PlatformError('unavailable', 'The log did not answer.');
      return says('Hi.')(task);
    });
    await until(() => expect(world.lines.filter(({ level }) => level === 'error')).toHaveLength(1));
    world.pass(2_000);
    await untilEnded(world, runId);

    expect(await world.record(runId)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(await endsIn(world, threadId)).toEqual(['run.completed']);
  });

  it('ends its run at once when what went wrong would go wrong again', async () => {
    const world = createWorld();
    let attempts = 0;
    const { runId, threadId } = await world.send('Hello');

    startWorker(world, () => {
      attempts += 1;
      throw new Error('a bug');
    });
    await untilEnded(world, runId);

    expect(await world.record(runId)).toMatchObject({ status: 'failed', attempt: 1 });
    expect(await endsIn(world, threadId)).toEqual(['run.failed']);
    expect(attempts).toBe(1);
  });

  it('comes back when the end of its run could not be written down, and then is', async () => {
    let broken = true;
    const world = createWorld({
      store: (store) => ({
        ...store,
        project(access, threadId, projection) {
          if (broken) throw new PlatformError('internal', 'The database refused a request.');
          return store.project(access, threadId, projection);
        },
      }),
    });
    const { runId, threadId } = await world.send('Hello');

    startWorker(world, says('Hi.'));
    await until(() => expect(world.lines.filter(({ level }) => level === 'error')).toHaveLength(1));
    broken = false;
    world.pass(2_000);
    await untilEnded(world, runId);

    expect(await world.record(runId)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(await endsIn(world, threadId)).toEqual(['run.completed']);
  });
});

describe('a run that is cancelled', () => {
  it('stops at the next look, keeps what was said, and ends once', async () => {
    const world = createWorld();
    const { tick } = startWorker(world, saysUntilStopped('The beginning'));
    const { runId, threadId } = await world.send('Hello');
    await untilSaid(world, threadId, ['Hello', 'The beginning']);

    await endByRequest(world, runId);
    tick(1_000);
    await untilEnded(world, runId);

    expect(await world.texts(threadId)).toEqual(['Hello', 'The beginning']);
    expect(await endsIn(world, threadId)).toEqual(['run.cancelled']);
  });

  it('is said to be ending at once, keeps its lease until its tools have stopped, and only then is a kill answered', async () => {
    const world = createWorld();
    const stopped = Promise.withResolvers<void>();
    const { tick, ticks } = startWorker(world, async function* (task) {
      for await (const step of saysUntilStopped('The beginning')(task)) {
        if (step.type === 'ended') await stopped.promise;
        yield step.type === 'ended' ? { type: 'ended', result: { status: 'aborted', leftWorking: ['deaf'] } } : step;
      }
    });
    const { runId, threadId } = await world.send('Hello');
    await untilSaid(world, threadId, ['Hello', 'The beginning']);
    const renew = Math.max(...ticks.map(({ ms }) => ms));

    const looks: string[] = [];
    const killed = await killRun(
      {
        ...world,
        async pause() {
          looks.push((await world.record(runId)).status);
          tick(1_000);
          if (looks.length === 1) expect(await world.eventTypes(threadId)).toContain('run.cancelling');
          tick(renew);
          // Together longer than a lease.
          if (looks.length < 6) world.pass(4_000);
          if (looks.length === 6) stopped.resolve();
          await new Promise((resolve) => setImmediate(resolve));
        },
      },
      world.caller,
      runId,
    );

    expect(killed).toMatchObject({ status: 'cancelled', attempt: 1, leftWorking: ['deaf'] });
    expect(looks.slice(0, 6)).toEqual(Array(6).fill('running'));
    expect(await endsIn(world, threadId)).toEqual(['run.cancelled']);
    expect((await world.viewOf(threadId)).runs[runId]).not.toHaveProperty('cancelling');
  });
});

describe('a run whose lease has run out', () => {
  it('goes on elsewhere, and the first worker writes nothing more', async () => {
    const world = createWorld();
    const first = startWorker(world, saysUntilStopped('The beginning'));
    const { runId, threadId } = await world.send('Hello');
    await untilSaid(world, threadId, ['Hello', 'The beginning']);

    // The first worker takes nothing more, and hears nothing of its lease.
    const stopped = first.worker.stop(60_000);
    world.pass(20_000);
    startWorker(world, says('The whole answer'), { owner: 'worker-2' });
    await untilEnded(world, runId);
    first.tick(1_000);
    await stopped;

    expect(await world.texts(threadId)).toEqual(['Hello', 'The whole answer']);
    expect(await endsIn(world, threadId)).toEqual(['run.completed']);
    expect(await world.record(runId)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(await leftInQueue(world)).toBe(0);
  });

  it('stays with a worker that renews it', async () => {
    const world = createWorld();
    const { tick, worker } = startWorker(world, saysUntilStopped('The beginning'));
    const { runId, threadId } = await world.send('Hello');
    await untilSaid(world, threadId, ['Hello', 'The beginning']);

    for (let renewals = 0; renewals < 4; renewals += 1) {
      world.pass(15_000);
      await until(async () => {
        tick(defaultLeaseMs / 4);
        expect((await world.record(runId)).lease?.expiresAtMs).toBe(world.now() + defaultLeaseMs);
      });
      tick(1_000);
    }

    expect(worker.liveRuns).toBe(1);
    expect(await world.record(runId)).toMatchObject({ status: 'running', attempt: 1 });
  });
});

describe('a worker that is told to stop', () => {
  it('hands its runs over: the next worker goes on at once and readers see one whole answer', async () => {
    const world = createWorld();
    const first = startWorker(world, saysUntilStopped('The beginning'));
    const { runId, threadId } = await world.send('Hello');
    await untilSaid(world, threadId, ['Hello', 'The beginning']);

    await first.worker.stop(0);
    await first.done;
    startWorker(world, says('The whole answer'), { owner: 'worker-2' });
    await untilEnded(world, runId);

    expect(await world.texts(threadId)).toEqual(['Hello', 'The whole answer']);
    expect(await endsIn(world, threadId)).toEqual(['run.completed']);
    expect(await world.record(runId)).toMatchObject({ attempt: 2 });
    expect(first.ticks).toEqual([]);
  });

  it('lets a run end that needs no longer than it may', async () => {
    const world = createWorld();
    let goOn: (value: unknown) => void = () => {};
    const { worker, done } = startWorker(world, async function* (task) {
      await new Promise((resolve) => {
        goOn = resolve;
      });
      yield* says('Hi.')(task);
    });
    const { runId, threadId } = await world.send('Hello');
    await until(async () => expect(await world.eventTypes(threadId)).toContain('run.started'));

    const stopped = worker.stop(60_000);
    goOn(undefined);
    await Promise.all([stopped, done]);

    expect(await world.record(runId)).toMatchObject({ status: 'completed', attempt: 1, settled: true });
    expect(await endsIn(world, threadId)).toEqual(['run.completed']);
  });

  it('gives back what it receives after that', async () => {
    const world = createWorld();
    let answer: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const queue: World['queue'] = {
      ...world.queue,
      async receive(max) {
        await asked;
        return world.queue.receive(max, 0);
      },
    };
    const { worker, done } = startWorker({ ...world, queue }, says('never'));
    const { runId } = await world.send('Hello');

    await worker.stop(0);
    answer();
    await done;

    expect(await world.record(runId)).toMatchObject({ status: 'queued', attempt: 0 });
    expect(await world.queue.receive(1, 0)).toHaveLength(1);
  });
});

it('works on no more runs at once than it may, and takes the next when one has ended', async () => {
  const world = createWorld();
  const finishers: (() => void)[] = [];
  const { worker } = startWorker(
    world,
    async function* (task) {
      await new Promise<void>((resolve) => finishers.push(resolve));
      yield* says('Hi.')(task);
    },
    { maxRuns: 2 },
  );

  const sent = await Promise.all(['One', 'Two', 'Three'].map((text) => world.send(text)));
  await until(() => expect(finishers).toHaveLength(2));
  const live = worker.liveRuns;
  finishers[0]?.();
  await until(() => expect(finishers).toHaveLength(3));
  for (const finish of finishers) finish();
  for (const { runId } of sent) await untilEnded(world, runId);

  expect(live).toBe(2);
});

it('goes on when the queue has not answered for a while', async () => {
  const world = createWorld();
  let failures = 0;
  const queue: World['queue'] = {
    ...world.queue,
    receive(max, waitSeconds) {
      failures += 1;
      return failures === 1 ? Promise.reject(unavailable('The queue', null)) : world.queue.receive(max, waitSeconds);
    },
  };
  const { runId } = await world.send('Hello');

  startWorker({ ...world, queue }, says('Hi.'));
  await untilEnded(world, runId);

  expect(world.lines.filter(({ level }) => level === 'warn')).toMatchObject([{ fields: { failures: 1 } }]);
});

it('goes on when a look at its runs fails', async () => {
  let broken = false;
  const world = createWorld({
    runs: (runs) => ({
      ...runs,
      getMany: (runIds) => (broken ? Promise.reject(unavailable('The store', null)) : runs.getMany(runIds)),
    }),
  });
  const { tick } = startWorker(world, saysUntilStopped('The beginning'));
  const { runId, threadId } = await world.send('Hello');
  await untilSaid(world, threadId, ['Hello', 'The beginning']);
  await endByRequest(world, runId);

  broken = true;
  tick(1_000);
  await until(() => expect(world.lines.filter(({ level }) => level === 'warn')).toHaveLength(1));
  broken = false;
  tick(1_000);
  await untilEnded(world, runId);

  expect(await endsIn(world, threadId)).toEqual(['run.cancelled']);
});
