// Old and new workers side by side: what this worker meets of a later version it leaves to that one's workers.

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JournalEntry } from '#core/domain/journal.ts';
import { claim, release } from '#core/domain/run-lease.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import type { WaitKind } from '#core/domain/run-wait.ts';
import { NewerFormatError } from '#core/domain/stored.ts';
import { sampleWait } from '#core/ports/samples.contract.ts';
import type { AnyEnvelope, Event } from '#core/protocol/event.ts';
import type { RunId, ThreadId } from '#core/protocol/ids.ts';
import { buryRun } from '#core/use-cases/bury-run.ts';
import { threadStream } from '#core/use-cases/load-thread.ts';
import { createWorld, says, type World } from './testing.ts';
import { createWorker } from './worker.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

function startWorker(world: World): void {
  const runner = { run: says('Hi.') };
  const worker = createWorker({ ...world, maxRuns: 10, waitSeconds: 0.01, runner, every: () => () => {} });
  const done = worker.run();
  cleanUps.push(async () => {
    await worker.stop(0);
    await done;
  });
}

const until = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 3_000, interval: 5 });
const later = { type: 'dreamt', of: 'sheep' };

/** A world whose stores this version reads as it can; once `isNewer`, as the one that knows what `later` is. */
function createSharedWorld() {
  const version = { isNewer: false };
  const known = (envelope: AnyEnvelope): AnyEnvelope =>
    envelope.event.type === later.type
      ? { ...envelope, event: { type: 'notice', level: 'info', message: 'It dreamt.' } }
      : envelope;
  const began = { v: 1, index: 0, attempt: 1, entry: { type: 'began', owner: 'newer' } } as const;
  const world = createWorld({
    log: (log) => ({
      ...log,
      read: async (...args) => (await log.read(...args)).map((each) => (version.isNewer ? known(each) : each)),
    }),
    journal: (journal) => ({
      ...journal,
      read: (runId, from) =>
        journal.read(runId, from).catch((error: unknown) => {
          if (!version.isNewer) throw error;
          return from === undefined ? [began] : [];
        }),
    }),
  });
  return { world, version };
}

type Begun = { runId: RunId; threadId: ThreadId };
const write = (world: World, { runId }: Begun, fields: Partial<RunRecord>) =>
  world.runs.change(runId, (record) => ({ record: { ...record, ...fields }, answer: undefined }));

/** The worker tries it for longer than the deliveries would last after which a message is a dead letter. */
async function tryForLong(world: World): Promise<void> {
  const left = () => world.lines.filter(({ message }) => message === 'a run is left to workers of a later version');
  for (let tried = 1; tried <= 15; tried += 1) {
    await until(() => expect(left().length).toBeGreaterThanOrEqual(tried));
    world.pass(30_001);
  }
  expect(world.lines.filter(({ level }) => level === 'error')).toEqual([]);
}

describe('a run of which a later version has written', () => {
  it.each([
    [
      'a journal entry of a kind that is not known',
      async (world: World, { runId }: Begun) => {
        const nowMs = world.now();
        await world.runs.change(runId, (record) => claim(record, { owner: 'newer', nowMs, leaseMs: 20_000 }));
        await world.journal.put(runId, { v: 1, index: 0, attempt: 1, entry: later as unknown as JournalEntry });
        await world.runs.change(runId, (record) => release(record, 1, nowMs));
      },
    ],
    [
      'an event that is not known',
      async (world: World, { threadId }: Begun) => {
        await world.log.append(threadStream(threadId), { batchId: 'newer', events: [later as unknown as Event] });
      },
    ],
  ])('%s rests until that version goes on with it', async (_what, begin) => {
    const { world, version } = createSharedWorld();
    const run = await world.send('Hello');
    await begin(world, run);
    const before = await world.eventTypes(run.threadId);

    startWorker(world);
    await tryForLong(world);

    expect(await world.eventTypes(run.threadId)).toEqual(before);
    expect(await world.record(run.runId)).toMatchObject({ settled: false });
    version.isNewer = true;
    await until(async () => {
      world.pass(30_001);
      expect(await world.record(run.runId)).toMatchObject({ status: 'completed', settled: true });
    });
    expect(await world.texts(run.threadId)).toEqual(['Hello', 'Hi.']);
  });

  it.each([
    ['a state', { status: 'hibernating' as RunRecord['status'] }],
    ['something to wait for', { waits: [sampleWait({ kind: 'horoscope' as WaitKind })] }],
    ['an outcome', { outcome: { status: 'evaporated' } as unknown as NonNullable<RunRecord['outcome']> }],
  ])('%s that is not known rests, and its record is not touched', async (_what, fields) => {
    const { world } = createSharedWorld();
    const run = await world.send('Hello');
    await write(world, run, fields);
    const before = await world.eventTypes(run.threadId);

    startWorker(world);
    await tryForLong(world);

    expect(await world.eventTypes(run.threadId)).toEqual(before);
    await expect(world.record(run.runId)).rejects.toThrow(NewerFormatError);
    const [message] = await world.queue.receive(1, 0);
    expect(message?.message ?? { runId: run.runId }).toMatchObject({ runId: run.runId });
  });

  it('is not ended by the handler of dead letters either', async () => {
    const { world } = createSharedWorld();
    const run = await world.send('Hello');
    await write(world, run, { status: 'hibernating' as RunRecord['status'] });
    const { workspaceId } = world;

    const burial = buryRun(world, { version: 1, ...run, workspaceId, requestId: 'request-1' });

    await expect(burial).rejects.toThrow(NewerFormatError);
    expect(await world.eventTypes(run.threadId)).not.toContain('run.failed');
  });
});
