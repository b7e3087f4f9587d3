import { expect, it } from 'vitest';
import { claim, release } from '#core/domain/run-lease.ts';
import { requestCancel } from '#core/domain/run-record.ts';
import { unavailable } from '#core/errors.ts';
import type { RunStore } from '#core/ports/run-store.ts';
import { sampleMessage, sampleRecord } from '#core/ports/samples.contract.ts';
import type { RunId } from '#core/protocol/ids.ts';
import { createLiveRuns, defaultLeaseMs as leaseMs } from './live-runs.ts';
import { createWorld } from './testing.ts';

function createHolder(between: { runs?: (runs: RunStore) => RunStore } = {}) {
  const world = createWorld(between);
  const live = createLiveRuns(world);

  /** Claims a new run and holds it until it is stopped or let go. */
  async function hold() {
    const record = sampleRecord({ createdAtMs: world.now() });
    await world.runs.create(record, undefined);
    const message = sampleMessage({ runId: record.runId });
    await world.queue.send(message);
    const [received] = await world.queue.receive(1, 0);
    const claimed = await world.runs.change(record.runId, (current) =>
      claim(current, { owner: 'worker-1', nowMs: world.now(), leaseMs }),
    );
    if (claimed?.kind !== 'claimed') throw new Error('the run was not claimed');
    let signal = new AbortController().signal;
    let letGo: () => void = () => {};
    const done = live.hold(claimed.record, received?.receipt ?? '', (own) => {
      signal = own.signal;
      return new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    return { runId: record.runId, signal, done, letGo: () => letGo() };
  }

  const leaseEnd = async (runId: RunId) => (await world.record(runId)).lease?.expiresAtMs;
  return { ...world, live, hold, leaseEnd };
}

it('counts a run for as long as it is worked on', async () => {
  const { live, hold } = createHolder();
  const run = await hold();

  const during = live.size;
  run.letGo();
  await run.done;

  expect([during, live.size]).toEqual([1, 0]);
});

it('extends a lease, and how long the message stays hidden', async () => {
  const { live, hold, leaseEnd, pass, now, queue } = createHolder();
  const run = await hold();
  pass(15_000);

  await live.renew();
  pass(17_000);
  live.stopExpired();

  expect(await leaseEnd(run.runId)).toBe(now() + 1_000);
  expect(await queue.receive(1, 0)).toEqual([]);
  expect(run.signal.aborted).toBe(false);
});

it('stops a run whose lease has run out, asking nobody', async () => {
  const { live, hold, pass } = createHolder();
  const run = await hold();

  pass(leaseMs);
  live.stopExpired();

  expect(run.signal.reason).toBe('lost');
});

it.each(['watch', 'renew'] as const)('stops a run that another worker has, when it looks at it to %s', async (look) => {
  const { live, hold, pass, runs, now, leaseEnd } = createHolder();
  const run = await hold();
  pass(leaseMs);
  await runs.change(run.runId, (record) => claim(record, { owner: 'worker-2', nowMs: now(), leaseMs }));
  const before = await leaseEnd(run.runId);

  await live[look]();

  expect(run.signal.reason).toBe('lost');
  expect(await leaseEnd(run.runId)).toBe(before);
});

it.each(['watch', 'renew'] as const)(
  'stops a run that is no longer wanted, when it looks at it to %s',
  async (look) => {
    const { live, hold, runs, now } = createHolder();
    const [wanted, unwanted] = [await hold(), await hold()];
    await runs.change(unwanted.runId, (record) => requestCancel(record, now()));

    await live[look]();

    expect(unwanted.signal.reason).toBe('cancelled');
    expect(wanted.signal.aborted).toBe(false);
  },
);

it('extends the other leases when one cannot be extended, and says so', async () => {
  let failing: RunId | undefined;
  const { live, hold, leaseEnd, pass, now } = createHolder({
    runs: (runs) => ({
      ...runs,
      change: (runId, decide) =>
        runId === failing ? Promise.reject(unavailable('The store', null)) : runs.change(runId, decide),
    }),
  });
  const [first, second] = [await hold(), await hold()];
  failing = first.runId;
  pass(15_000);

  const renewal = live.renew();

  await expect(renewal).rejects.toThrow('did not answer');
  expect(await leaseEnd(second.runId)).toBe(now() + leaseMs);
  expect(first.signal.aborted).toBe(false);
});

it('looks at no more records at once than a store reads', async () => {
  const sizes: number[] = [];
  const { live, hold, runs, now } = createHolder({
    runs: (own) => ({
      ...own,
      getMany(runIds) {
        sizes.push(runIds.length);
        return own.getMany(runIds);
      },
    }),
  });
  const held = await Promise.all(Array.from({ length: 150 }, hold));
  const last = held.at(-1);
  if (last) await runs.change(last.runId, (record) => requestCancel(record, now()));

  await live.watch();

  expect(sizes).toEqual([100, 50]);
  expect(last?.signal.reason).toBe('cancelled');
});

it('asks nobody when there are no runs', async () => {
  const nobody = () => Promise.reject(new Error('nobody should be asked'));
  const { live } = createHolder({ runs: (runs) => ({ ...runs, getMany: nobody, change: nobody }) });

  await live.watch();
  await live.renew();
});

it('hands over the runs that it has, and those that it was about to take', async () => {
  const { live, hold } = createHolder();
  const run = await hold();

  live.handOver();
  const late = await hold();

  expect([run.signal.reason, late.signal.reason]).toEqual(['handover', 'handover']);
});

it('stops a run that has been ended or left by somebody else', async () => {
  const { live, hold, runs } = createHolder();
  const run = await hold();
  await runs.change(run.runId, (record) => release(record, record.attempt, 0));

  await live.watch();

  expect(run.signal.reason).toBe('lost');
});

it('stops a run whose record is gone', async () => {
  const { live, hold } = createHolder({ runs: (runs) => ({ ...runs, getMany: async () => [] }) });
  const run = await hold();

  await live.watch();

  expect(run.signal.reason).toBe('lost');
});
