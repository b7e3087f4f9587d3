import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyEnvelope } from '../protocol/event.ts';
import { anyStep, LogWriter } from '../protocol/testing.ts';
import { applyEvents, emptyThreadView, type ThreadView, viewOf, withOlderItems } from '../protocol/thread-view.ts';
import { loadThread, threadSnapshot, threadStream } from './load-thread.ts';
import { projectThread } from './settle-run.ts';
import { createWorld, type World } from './testing.ts';
import { createThread } from './threads.ts';

/** A thread into whose log a test writes, as workers would. */
async function begin(world: World = createWorld()) {
  const thread = await createThread(world.deps, world.olga, { agentId: world.olga.agentId, title: 'Plans' });
  const stream = threadStream(thread.id);
  const writer = new LogWriter(world.deps.newId, thread);
  const access = await world.deps.minter.forUser(world.olga);
  let written = 1;
  return {
    world,
    thread,
    writer,
    access,
    open: (limit: number, log = world.deps.log) => loadThread({ ...world.deps, log }, access, thread.id, limit),
    project: () => projectThread(world.deps, { ...world.olga, threadId: thread.id }),
    async write() {
      for (const { event, runId, attempt } of writer.events.slice(written)) {
        written += 1;
        const whose = { ...(runId && { runId }), ...(attempt !== undefined && { attempt }) };
        // An event of a newer version too, as the store of a newer version would write it.
        const events = [event as Extract<AnyEnvelope['event'], { type: 'notice' }>];
        await world.deps.log.append(stream, { batchId: crypto.randomUUID(), events, ...whose });
      }
    },
  };
}

const shown = ({ thread, items, runs, deleted, seq }: ThreadView) => ({ thread, items, runs, deleted, seq });

describe('an opened thread', () => {
  it('is the fold of its whole log, whatever was projected when, and however small its pages are', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ arbitrary: anyStep, weight: 6 }, fc.constant('project' as const)), { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        async (script, limit) => {
          const { world, thread, writer, access, open, project, write } = await begin();
          writer.say('Hello');
          for (const step of script) {
            if (step !== 'project') step(writer);
            await write();
            if (step === 'project') await project();
          }

          const loaded = await open(limit);
          let view = loaded?.view ?? emptyThreadView;
          let cursor = loaded?.olderCursor;
          while (cursor) {
            const page = await world.deps.store.olderItems(access, thread.id, cursor, limit);
            view = withOlderItems(view, page.items, page.runs);
            cursor = page.olderCursor;
          }

          const whole = applyEvents(emptyThreadView, await world.events(threadStream(thread.id)));
          expect(shown(view)).toEqual({ ...shown(whole), thread: view.thread });
        },
      ),
      { numRuns: 60 },
    ));

  it('reads only the tail, however long the thread is', async () => {
    const { world, writer, open, project, write } = await begin();
    for (let turn = 0; turn < 50; turn += 1) {
      writer.say(`Question ${turn}`);
      writer.start();
      writer.speak(`Answer ${turn}`);
      writer.complete();
    }
    await write();
    await project();
    writer.say('One more');
    await write();
    const read: number[] = [];
    const log = {
      ...world.deps.log,
      read: async (...given: Parameters<World['deps']['log']['read']>) => {
        const events = await world.deps.log.read(...given);
        read.push(events.length);
        return events;
      },
    };

    const loaded = await open(50, log);

    expect(loaded?.view.items.at(-1)).toMatchObject({ text: 'One more' });
    expect(read).toEqual([2]);
  });

  it('reads a tail that is longer than one read', async () => {
    const { writer, open, write } = await begin();
    for (let count = 0; count < 2_100; count += 1) writer.mention(0);
    await write();

    expect((await open(50))?.view.seq).toBe(2_101);
  });

  it('goes on over what the log has let go by now', async () => {
    const { world, writer, open, write } = await begin();
    writer.say('Hello');
    writer.start();
    writer.speak('forgotten');
    writer.complete();
    await write();
    const log = {
      ...world.deps.log,
      read: async (...given: Parameters<World['deps']['log']['read']>) =>
        (await world.deps.log.read(...given)).filter(({ attempt }) => attempt === undefined),
    };

    const view = (await open(50, log))?.view;

    expect(view?.seq).toBe(writer.events.length);
    expect(view?.items).toMatchObject([{ text: 'Hello' }]);
    expect(Object.values(view?.runs ?? {})).toMatchObject([{ status: 'completed' }]);
  });
});

describe('the snapshot of a thread', () => {
  it('is what a client goes on from', async () => {
    const { world, thread, writer, access, write } = await begin();
    writer.say('Hello');
    writer.start();
    writer.speak('Hi');
    await write();
    const snapshot = await threadSnapshot(world.deps, access, thread.id);
    if (!snapshot) throw new Error('no snapshot');

    writer.speak(' there');
    writer.complete();
    await write();
    const events = await world.events(threadStream(thread.id));
    const view = applyEvents(viewOf(snapshot), events.slice(snapshot.seq));

    expect(shown(view)).toEqual({ ...shown(applyEvents(emptyThreadView, events)), thread });
  });

  it('is none for somebody else, or of a thread that is not there', async () => {
    const { world, thread, access } = await begin();
    const foreign = await world.deps.minter.forUser(world.sven);

    expect(await threadSnapshot(world.deps, foreign, thread.id)).toBeNull();
    expect(await threadSnapshot(world.deps, access, world.deps.newId('thr'))).toBeNull();
  });

  it('is none of a thread that is deleted at this very moment', async () => {
    const { world, thread, writer, access, write } = await begin();
    writer.append({ type: 'thread.deleted', threadId: thread.id });
    await write();

    expect(await threadSnapshot(world.deps, access, thread.id)).toBeNull();
  });
});
