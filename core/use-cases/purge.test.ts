import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../errors.ts';
import type { Purge } from '../ports/purge-list.ts';
import { purgeDeleted } from './purge.ts';
import { createWorld, type World } from './testing.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const start = (threadId?: Parameters<World['start']>[1]['threadId']) =>
  world.start(world.olga, {
    ...(threadId ? { threadId } : { agentId: world.olga.agentId }),
    input: { text: 'Secret words' },
  });

describe('what was deleted', () => {
  it('is taken away with every run of its log, and what leads to them goes last', async () => {
    const { runId, threadId } = await start();
    const second = await start(threadId);
    world.purge({ kind: 'thread', subject: threadId });

    const report = await purgeDeleted(world.deps);

    expect(report).toEqual({ purged: 1, failed: 0 });
    expect(world.erased).toEqual([runId, second.runId, `threads/${threadId}/`, `thread:${threadId}`]);
    expect(await purgeDeleted(world.deps)).toEqual({ purged: 0, failed: 0 });
  });

  it('is taken away of a workspace and a budget', async () => {
    const { workspaceId } = world.olga;
    const budgetId = world.deps.newId('bdg');
    world.purge({ kind: 'workspace', subject: workspaceId });
    world.purge({ kind: 'budget', subject: budgetId });

    await purgeDeleted(world.deps);

    expect(world.erased).toEqual([`workspace:${workspaceId}`, budgetId]);
  });

  it('is gone through again wherever it was cut off, until it is done', async () => {
    const { runId, threadId } = await start();
    const purge: Purge = { kind: 'thread', subject: threadId };
    world.purge(purge);
    const everything = [runId, `threads/${threadId}/`, `thread:${threadId}`];
    let cuts = 0;

    for (let call = 2; ; call += 1) {
      world.erased.length = 0;
      world.breaker.cutAt(call, call % 2 === 0 ? 'before' : 'after');
      const { purged } = await purgeDeleted(world.deps);
      world.breaker.mend();
      if (purged === 1) break;
      cuts += 1;
      const left = await world.deps.purges.due(10);
      if (left.length === 0) world.purge(purge);
    }

    expect(cuts).toBeGreaterThan(4);
    expect(world.erased).toEqual(everything);
    expect(await world.deps.purges.due(10)).toEqual([]);
  });

  it('comes after the rest when it cannot be taken away', async () => {
    const { threadId } = await start();
    const { workspaceId } = world.olga;
    world.purge({ kind: 'thread', subject: threadId });
    world.purge({ kind: 'workspace', subject: workspaceId });
    const { log } = world.deps;
    const read = async () => {
      throw unavailable('The log', new Error('too long'));
    };

    const deps = { ...world.deps, log: { ...log, read } };

    expect(await purgeDeleted(deps, 1)).toEqual({ purged: 0, failed: 1 });
    expect(await purgeDeleted(deps, 1)).toEqual({ purged: 1, failed: 0 });
    expect(world.erased.at(-1)).toBe(`workspace:${workspaceId}`);
  });

  it('does not keep the sweep from the rest when one of it fails', async () => {
    const { threadId } = await start();
    world.purge({ kind: 'thread', subject: threadId });
    world.purge({ kind: 'workspace', subject: world.olga.workspaceId });
    world.breaker.cutAt(2, 'before');

    const report = await purgeDeleted(world.deps);

    expect(report).toEqual({ purged: 1, failed: 1 });
    expect(world.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { level: 'error', fields: { kind: 'thread', subject: threadId } },
    ]);
  });
});
