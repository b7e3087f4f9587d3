import { expect, it, vi } from 'vitest';
import { claim } from '#core/domain/run-lease.ts';
import { unavailable } from '#core/errors.ts';
import type { RunId } from '#core/protocol/ids.ts';
import { listRuns } from '#core/use-cases/fleet.ts';
import { createLiveRuns, defaultLeaseMs as leaseMs } from './live-runs.ts';
import { attemptRun } from './run-attempt.ts';
import { answered, createWorld, type Script, usage, type World } from './testing.ts';

/** A token costs a dollar, a cached one a dime. */
const price = { validFrom: '2026-01-01', input: 1e6, cachedInput: 1e5, output: 1e6 };
const costMicroUsd = 6e6 + 4e5 + 5e6;
const question = {
  callId: 'call_1',
  kind: 'interrupted_call',
  message: 'What became of it?',
  decider: 'requester_or_admin',
  expiresInSeconds: 7 * 86_400,
} as const;

async function createPricedWorld() {
  const world = createWorld();
  await world.budgets.putPrice(await world.access(), world.workspaceId, { model: 'demo/scripted', ...price });
  return world;
}

/** Lets a worker hold a run and work on it by a script that says when it has come somewhere. */
async function workOn(world: World, runId: RunId, script: (told: () => void) => Script) {
  const live = createLiveRuns(world);
  const claimed = await world.runs.change(runId, (record) =>
    claim(record, { owner: 'worker-1', nowMs: world.now(), leaseMs }),
  );
  if (claimed?.kind !== 'claimed') throw new Error('the run was not claimed');
  const [received] = await world.queue.receive(1, 0);
  const somewhere = Promise.withResolvers<void>();
  const done = live.hold(claimed.record, received?.receipt ?? '', (run) =>
    attemptRun({ ...world, runner: { run: script(somewhere.resolve) } }, run),
  );
  return { live, done, somewhere: somewhere.promise };
}

const listed = async (world: World) => {
  const { data } = await listRuns(world, world.caller, { workspaceId: world.workspaceId, status: 'live', limit: 10 });
  return data[0];
};

/** Answers once, says something five seconds later, and then works until it is stopped. */
const worksFor =
  (world: World) =>
  (told: () => void): Script =>
    async function* (task) {
      await task.journal.append(answered(task, 'One moment.'));
      yield { type: 'model_answered', usage };
      world.pass(5_000);
      yield { type: 'message_started', key: '1:0', agentId: world.agentId };
      yield { type: 'text', key: '1:0', text: 'One moment.' };
      told();
      await new Promise((resolve) => task.signal.addEventListener('abort', resolve));
      yield { type: 'ended', result: { status: 'aborted' } };
    };

it('shows in the list of runs what a working one has used, with its cost, and when it told anything last', async () => {
  const world = await createPricedWorld();
  const { runId, threadId } = await world.send('Hello');
  const { live, done, somewhere } = await workOn(world, runId, worksFor(world));
  await somewhere;
  await vi.waitFor(async () => expect(await world.texts(threadId)).toContain('One moment.'));
  const toldAt = new Date(world.now()).toISOString();
  world.pass(4_000);
  expect(await listed(world)).toMatchObject({ usage: null });
  const reads = vi.spyOn(world.journal, 'read');
  const changes = vi.spyOn(world.runs, 'change');

  await live.renew();

  expect(await listed(world)).toMatchObject({
    status: 'running',
    lastEventAt: toldAt,
    usage: { ...usage, costMicroUsd },
  });
  expect([reads.mock.calls.length, changes.mock.calls.length]).toEqual([0, 1]);
  live.handOver();
  await done;
});

it('renews the lease while prices cannot be read, and shows the cost when they can', async () => {
  const world = await createPricedWorld();
  vi.spyOn(world.budgets, 'rules').mockRejectedValueOnce(unavailable('The database', null));
  const { runId } = await world.send('Hello');
  const { live, done, somewhere } = await workOn(world, runId, worksFor(world));
  await somewhere;

  await live.renew();
  const shown = await listed(world);
  await live.renew();

  expect(shown?.usage).toEqual(usage);
  expect(await listed(world)).toMatchObject({ usage: { costMicroUsd } });
  expect(world.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  live.handOver();
  await done;
});

it('shows what a run has used that waits for a person', async () => {
  const world = await createPricedWorld();
  const { runId } = await world.send('Hello');
  const { done } = await workOn(
    world,
    runId,
    () =>
      async function* (task) {
        await task.journal.append(answered(task, 'May I?'));
        yield { type: 'model_answered', usage };
        yield { type: 'ended', result: { status: 'waiting', waits: [{ ...question, agentId: world.agentId }] } };
      },
  );
  await done;
  world.pass(3 * 86_400_000);

  expect(await listed(world)).toMatchObject({ status: 'awaiting_approval', usage: { ...usage, costMicroUsd } });
});
