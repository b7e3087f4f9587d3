import { beforeEach, describe, expect, it } from 'vitest';
import { usage } from '../protocol/testing.ts';
import { cancelRun } from './cancel-run.ts';
import { threadStream } from './load-thread.ts';
import { createWorld, type World } from './testing.ts';

const input = { text: 'Count to a thousand' };

let world: World;

beforeEach(() => {
  world = createWorld();
});

const begin = () => world.start(world.olga, { agentId: world.olga.agentId, input });

describe('a cancel', () => {
  it('ends a run that waits, at once', async () => {
    const { runId, threadId } = await begin();

    await cancelRun(world.deps, world.olga, runId);

    expect(await world.record(runId)).toMatchObject({ status: 'cancelled', settled: true });
    expect((await world.events(threadStream(threadId))).at(-1)).toMatchObject({
      runId,
      event: { type: 'run.cancelled' },
    });
  });

  it('leaves a run that is worked on to its worker, and tells at once, and once, that it is going to end', async () => {
    const { runId, threadId } = await begin();
    await world.claim(runId);

    await cancelRun(world.deps, world.olga, runId);
    await cancelRun(world.deps, world.olga, runId);

    expect(await world.record(runId)).toMatchObject({ status: 'running', cancelRequested: true });
    const types = await world.types(threadStream(threadId));
    expect(types.filter((type) => type.startsWith('run.cancel'))).toEqual(['run.cancelling']);
  });

  it('changes nothing for a run that has ended', async () => {
    const { runId, threadId } = await begin();
    await world.end(runId, { status: 'completed', usage });
    const before = await world.events(threadStream(threadId));

    await cancelRun(world.deps, world.olga, runId);

    expect(await world.record(runId)).toMatchObject({ status: 'completed' });
    expect(await world.events(threadStream(threadId))).toEqual(before);
  });

  it('sent twice has one effect', async () => {
    const { runId, threadId } = await begin();

    await Promise.all([cancelRun(world.deps, world.olga, runId), cancelRun(world.deps, world.olga, runId)]);

    expect((await world.types(threadStream(threadId))).filter((type) => type === 'run.cancelled')).toHaveLength(1);
  });

  it('writes down the end of a run that was cut off before it was', async () => {
    const { runId, threadId } = await begin();
    world.breaker.cutAt(5, 'before');
    await expect(cancelRun(world.deps, world.olga, runId)).rejects.toMatchObject({ code: 'unavailable' });
    world.breaker.mend();

    await cancelRun(world.deps, world.olga, runId);

    expect(await world.record(runId)).toMatchObject({ status: 'cancelled', settled: true });
    expect((await world.types(threadStream(threadId))).filter((type) => type === 'run.cancelled')).toHaveLength(1);
  });

  it('of somebody else’s run, or of none, says the same', async () => {
    const { runId } = await begin();

    await expect(cancelRun(world.deps, world.sven, runId)).rejects.toMatchObject({
      code: 'not_found',
      message: `There is no run ${runId} that you can see.`,
    });
    await expect(cancelRun(world.deps, world.sven, world.deps.newId('run'))).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await world.record(runId)).toMatchObject({ status: 'queued', cancelRequested: false });
  });
});
