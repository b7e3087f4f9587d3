import { beforeEach, describe, expect, it } from 'vitest';
import { finish } from '../domain/run-record.ts';
import { PlatformError } from '../errors.ts';
import { usage } from '../protocol/testing.ts';
import { buryRun } from './bury-run.ts';
import { listRuns, readRun } from './fleet.ts';
import { readBlob, readPrompt } from './inspect-run.ts';
import { killRun } from './kill-run.ts';
import { threadStream } from './load-thread.ts';
import { redriveRun } from './redrive-run.ts';
import { createWorld, startMs, type World } from './testing.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const freely = async () => {};
const begin = (who = world.olga) => world.start(who, { agentId: world.olga.agentId, input: { text: 'Secret words' } });
const list = (who: Parameters<typeof listRuns>[1], status: Parameters<typeof listRuns>[2]['status'] = 'live') =>
  listRuns(world.deps, who, { workspaceId: world.olga.workspaceId, status, limit: 10 });

describe('the runs of a workspace', () => {
  it('are shown to their owner with their thread, to admins without, to members not at all', async () => {
    const { runId, threadId } = await begin();
    await world.claim(runId);
    world.pass(5_000);

    const [own, admins, members] = [
      await list(world.olga),
      await list(world.colleague('admin')),
      await list(world.colleague('member')),
    ];

    expect(own.data).toMatchObject([{ id: runId, threadId, status: 'running', workedMs: 5_000, attempt: 1 }]);
    expect(admins.data).toMatchObject([{ id: runId, threadId: null, userId: world.olga.userId }]);
    expect(members.data).toEqual([]);
    expect(JSON.stringify([own, admins])).not.toContain('Secret');
    await expect(list(world.sven)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are live or ended, or in one state', async () => {
    const [one, two] = [await begin(), await begin()];
    await world.claim(one.runId);
    await world.end(two.runId, { status: 'completed', usage });
    const ids = async (status: Parameters<typeof list>[1]) => (await list(world.olga, status)).data.map(({ id }) => id);

    expect(await ids('live')).toEqual([one.runId]);
    expect(await ids('running')).toEqual([one.runId]);
    expect(await ids('queued')).toEqual([]);
    expect(await ids('ended')).toEqual([two.runId]);
    expect(await ids('failed')).toEqual([]);
    expect(await readRun(world.deps, world.olga, two.runId)).toMatchObject({ status: 'completed', usage });
    await expect(readRun(world.deps, world.sven, two.runId)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('stay in the list until their end is written down', async () => {
    const { runId } = await begin();
    await world.claim(runId);
    await world.deps.runs.change(runId, (record) =>
      finish(record, 1, { status: 'completed', usage }, world.deps.now()),
    );

    expect((await list(world.olga)).data).toMatchObject([{ id: runId, status: 'completed' }]);
    expect((await list(world.olga, 'ended')).data).toEqual([]);
  });

  it('come in pages', async () => {
    const made = [];
    for (let count = 0; count < 5; count += 1) {
      world.pass(1);
      made.unshift((await begin()).runId);
    }
    const page = (cursor?: string) =>
      listRuns(world.deps, world.olga, { workspaceId: world.olga.workspaceId, status: 'live', limit: 3, cursor });

    const first = await page();
    const rest = await page(first.nextCursor ?? undefined);

    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(made);
    expect(rest.nextCursor).toBeNull();
    await expect(page('nonsense')).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('a kill', () => {
  it('answers only when the run has ended and all is written down', async () => {
    const { runId } = await begin();
    await world.claim(runId);
    world.meanwhile.push(
      async () => expect((await world.record(runId)).cancelRequested).toBe(true),
      () => world.end(runId, { status: 'cancelled', usage }),
    );

    const killed = await killRun(world.deps, world.colleague('admin'), runId);

    expect(killed).toMatchObject({ status: 'cancelled', threadId: null, usage });
    expect(await world.record(runId)).toMatchObject({ settled: true });
  });

  it('ends a run whose worker is gone when its lease has run out, and answers when that one has stopped, too', async () => {
    const { runId, threadId } = await begin();
    await world.claim(runId);
    const lostAtMs = startMs + 20_000;
    world.pass(8_000);

    expect(await killRun(world.deps, world.olga, runId)).toMatchObject({ status: 'cancelled' });

    // The worker tells its tools within a second that the run is not its own any more, and they have ten to stop.
    expect(world.deps.now()).toBe(lostAtMs + 11_000);
    const end = (await world.events(threadStream(threadId))).at(-1);
    expect(end?.event.type).toBe('run.cancelled');
    expect(Date.parse(end?.at ?? '')).toBe(lostAtMs);
    expect(await killRun(world.deps, world.olga, runId)).toMatchObject({ status: 'cancelled' });
    expect(world.deps.now()).toBe(lostAtMs + 11_000);
  });

  it('does not say of a run that has ended that it has stopped, before its lost worker can have noticed', async () => {
    const { runId } = await begin();
    await world.claim(runId);

    await expect(killRun(world.deps, world.olga, runId)).rejects.toMatchObject({ code: 'still_running' });

    expect(await world.record(runId)).toMatchObject({ status: 'cancelled', settled: true });
    expect(await killRun(world.deps, world.olga, runId)).toMatchObject({ status: 'cancelled' });
    expect(world.deps.now()).toBe(startMs + 31_000);
  });

  it('says so when the run does not stop in time', async () => {
    const { runId } = await begin();
    await world.claim(runId);
    const renew = async () =>
      world.deps.runs.change(runId, (record) => ({
        record: { ...record, lease: { owner: 'worker-1', expiresAtMs: world.deps.now() + 20_000 } },
        answer: true,
      }));
    world.meanwhile.push(...Array.from({ length: 100 }, () => renew));

    await expect(killRun(world.deps, world.olga, runId)).rejects.toMatchObject({ code: 'still_running' });
  });

  it('is not for other members, or strangers', async () => {
    const { runId } = await begin();

    for (const other of [world.sven, world.colleague('member')])
      await expect(killRun(world.deps, other, runId)).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.record(runId)).toMatchObject({ cancelRequested: false });
  });
});

describe('a run that was given up', () => {
  async function givenUp(run = begin()) {
    const { runId, threadId } = await run;
    const { workspaceId } = await world.record(runId);
    await world.queued();
    await buryRun(world.deps, { version: 1, runId, threadId, workspaceId, requestId: 'request-1' });
    return runId;
  }

  it('is sent again once, for its owner, from where it got to', async () => {
    const runId = await givenUp();
    const admin = world.colleague('admin');

    const first = await redriveRun(world.deps, admin, runId, 'request-2', freely);
    const second = await redriveRun(world.deps, admin, runId, 'request-3', freely);

    expect(second).toEqual(first);
    expect(await world.record(first.runId)).toMatchObject({
      retryOf: runId,
      userId: world.olga.userId,
      enqueued: true,
    });
  });

  it('is sent again to the agent that was chosen for it', async () => {
    const bo = world.hire('Bo');
    const { threadId } = await begin();
    const runId = await givenUp(world.start(world.olga, { threadId, agentId: bo, input: { text: 'Hello' } }));

    const again = await redriveRun(world.deps, world.olga, runId, 'request-2', freely);

    expect(await world.record(again.runId)).toMatchObject({ agentId: bo, agentChosen: true });
  });

  it('is sent again by admins only, and only if it was given up', async () => {
    const runId = await givenUp();
    const mia = world.colleague('member');
    const { runId: own } = await begin({ ...world.olga, ...mia });

    await expect(redriveRun(world.deps, mia, runId, 'r', freely)).rejects.toMatchObject({ code: 'not_found' });
    await expect(redriveRun(world.deps, mia, own, 'r', freely)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(redriveRun(world.deps, world.olga, own, 'r', freely)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('falls under the limit of runs, and is not sent when that is used up', async () => {
    const runId = await givenUp();
    const admin = world.colleague('admin');
    const asked: string[] = [];
    const refuse = async (workspaceId: string) => {
      asked.push(workspaceId);
      throw new PlatformError('rate_limited', 'Wait.');
    };

    const redrive = redriveRun(world.deps, admin, runId, 'request-2', refuse);

    await expect(redrive).rejects.toMatchObject({ code: 'rate_limited' });
    expect(asked).toEqual([world.olga.workspaceId]);
    expect(await world.queued()).toEqual([]);
  });
});

describe('what a run was given and gave out', () => {
  it('is a prompt that admins may read once it has begun', async () => {
    const { runId } = await begin();
    const agentId = world.olga.agentId;
    await expect(readPrompt(world.deps, world.olga, runId)).rejects.toMatchObject({ code: 'not_found' });
    const agent = {
      id: agentId,
      version: 3,
      name: 'Ada',
      description: '',
      instructions: 'Be kind.',
      model: 'demo/scripted',
      settings: {},
      tools: [{ name: 'send', policy: { approval: 'never' as const } }],
      handoffs: [],
      delegates: [],
      limits: { maxTurns: 10, maxSeconds: 60, maxTokens: null, maxCostUsd: null },
      granted: [],
    };
    const history = { firstItemId: null, lastItemId: null, count: 0, hash: '' };
    const prepared = { agentId, agents: [agent], history, at: '2026-11-21T09:00:00.000Z' };
    const entry = { type: 'began', owner: 'worker-1', prepared } as const;
    await world.deps.journal.put(runId, { v: 1, index: 0, attempt: 1, entry });

    expect(await readPrompt(world.deps, world.colleague('admin'), runId)).toMatchObject({
      agents: [{ instructions: 'Be kind.', version: 3, tools: ['send'] }],
    });
    let last = runId;
    for (const attempt of [1, 2]) {
      await world.end(last, { status: 'failed', error: { code: 'worker_lost', message: 'lost' } });
      const { threadId } = await world.record(last);
      const retry = await world.start(world.olga, { threadId, retryOf: last });
      const resumed = { type: 'began', owner: 'worker-1', resumes: last } as const;
      await world.deps.journal.put(retry.runId, { v: 1, index: 0, attempt, entry: resumed });
      last = retry.runId;
      expect(await readPrompt(world.deps, world.olga, last)).toMatchObject({ agents: [{ instructions: 'Be kind.' }] });
    }
    const mia = world.colleague('member');
    const { runId: own } = await begin({ ...world.olga, ...mia });
    await expect(readPrompt(world.deps, mia, own)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is a blob that the owner of the thread may read', async () => {
    const { threadId } = await begin();
    await world.deps.blobs.put(`threads/${threadId}/blobs/one`, 'long');

    expect(await readBlob(world.deps, world.olga, { threadId, blobId: 'one' })).toEqual({ text: 'long' });
    for (const [caller, blobId] of [
      [world.olga, 'two'],
      [world.sven, 'one'],
      [world.colleague('admin'), 'one'],
    ] as const)
      await expect(readBlob(world.deps, caller, { threadId, blobId })).rejects.toMatchObject({ code: 'not_found' });
  });
});
