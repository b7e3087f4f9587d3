import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { branchTo } from '../domain/history.ts';
import { NewerFormatError } from '../domain/stored.ts';
import type { AnyEnvelope } from '../protocol/event.ts';
import type { RunId } from '../protocol/ids.ts';
import { LogWriter } from '../protocol/testing.ts';
import { applyEvents, emptyThreadView } from '../protocol/thread-view.ts';
import { historySince, mostPages, newestHistory } from './load-history.ts';
import { type LoadedThread, loadThread, threadStream } from './load-thread.ts';
import { projectThread } from './settle-run.ts';
import { createWorld } from './testing.ts';
import { createThread } from './threads.ts';

/** A thread into whose log a test writes, as workers would. */
async function begin() {
  const world = createWorld();
  const thread = await createThread(world.deps, world.olga, { agentId: world.olga.agentId, title: 'Plans' });
  const writer = new LogWriter(world.deps.newId, thread);
  const access = await world.deps.minter.forUser(world.olga);
  const { id: threadId } = thread;
  let written = 1;
  return {
    world,
    writer,
    /** Writes what has happened, and keeps in Postgres what has settled of it. */
    async settle() {
      for (const { event, runId, attempt } of writer.events.slice(written)) {
        written += 1;
        const whose = { ...(runId && { runId }), ...(attempt !== undefined && { attempt }) };
        const events = [event as Extract<AnyEnvelope['event'], { type: 'notice' }>];
        await world.deps.log.append(threadStream(threadId), { batchId: crypto.randomUUID(), events, ...whose });
      }
      await projectThread(world.deps, { ...world.olga, threadId });
    },
    wanted: (runId: RunId, limit: number) => ({ access, threadId, runId, limit }),
    async open(limit: number): Promise<LoadedThread> {
      const loaded = await loadThread(world.deps, access, threadId, limit);
      if (!loaded) throw new Error('the thread has gone');
      return loaded;
    },
    /** The branch to a run, as the fold of the whole log has it. */
    async branch(runId: RunId) {
      const view = applyEvents(emptyThreadView, await world.events(threadStream(threadId)));
      const part = { view, whole: new Set(Object.keys(view.runs) as RunId[]), cut: new Map() };
      return branchTo(part, runId).entries.flatMap(({ item }) => item ?? []);
    },
  };
}

function answer(writer: LogWriter, text: string): void {
  writer.start();
  writer.speak(text);
  writer.finishItem();
  writer.complete();
}

/** A run that comes to its end, and what is asked then, somewhere in the thread. */
const anyTurn = fc.record({
  texts: fc.nat(6),
  delegated: fc.nat(4),
  end: fc.constantFrom('complete', 'fail', 'cancel'),
  next: fc.constantFrom('say', 'sayAfter', 'edit', 'regenerate', 'retry'),
  which: fc.nat(30),
});

function play(
  writer: LogWriter,
  { texts, delegated, end, next, which }: typeof anyTurn extends fc.Arbitrary<infer Turn> ? Turn : never,
): void {
  writer.start();
  for (let text = 0; text < texts; text += 1) {
    writer.speak(`Text ${text}`);
    if (text < 5) writer.finishItem();
  }
  for (let text = 0; text < delegated; text += 1) writer.delegate('Below');
  writer[end]();
  if (next === 'regenerate') writer.regenerate(which);
  else if (next === 'retry' && end === 'fail') writer.retry();
  else if (next === 'edit' || next === 'sayAfter') writer[next](`Instead ${which}`, which);
  else writer.say(`Next ${which}`);
}

describe('a history', () => {
  it(
    'is the newest of the branch without a hole, wherever the branch lies, and is found again',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(anyTurn, { minLength: 2, maxLength: 25 }),
          fc.integer({ min: 1, max: 9 }),
          async (turns, limit) => {
            const { world, writer, settle, wanted, open, branch } = await begin();
            writer.say('Hello');
            for (const turn of turns) play(writer, turn);
            await settle();
            writer.start();
            const runId = writer.running?.id ?? world.deps.newId('run');
            const loaded = await open(limit);
            const whole = await branch(runId);

            const { items } = await newestHistory(world.deps, wanted(runId, limit), loaded);

            expect(items).toEqual(whole.slice(-items.length));
            expect(items.length).toBeGreaterThanOrEqual(Math.min(whole.length, Math.ceil(limit / 2)));
            const [first] = items;
            if (first) expect(await historySince(world.deps, wanted(runId, limit), loaded, first.id)).toEqual(items);
          },
        ),
        { numRuns: 100 },
      ),
    30_000,
  );

  it('ends where so many pages have been read, without a hole, which is logged', async () => {
    const { world, writer, settle, wanted, open } = await begin();
    writer.say('One');
    writer.start();
    writer.speak('I ask around.');
    writer.finishItem();
    for (let count = 0; count < 3 * mostPages + 4; count += 1) writer.delegate('That is none of your business.');
    writer.complete();
    writer.say('Two');
    writer.start();
    await settle();
    const runId = writer.running?.id;
    if (!runId) throw new Error('the second run works');
    const loaded = await open(3);

    const { items } = await newestHistory(world.deps, wanted(runId, 3), loaded);

    expect(items.map((item) => 'text' in item && item.text)).toEqual(['Two']);
    expect(world.lines.map(({ message }) => message)).toContain('an agent reads less of a branch than there is');
  });

  it('is not made of a page that only a later version can read', async () => {
    const { world, writer, settle, wanted, open } = await begin();
    writer.say('One');
    for (let place = 0; place < 5; place += 1) {
      answer(writer, `Answer ${place}`);
      writer.say(`Next ${place}`);
    }
    await settle();
    const loaded = await open(2);
    const runId = Object.values(loaded.view.runs).at(-1)?.id ?? world.deps.newId('run');
    const { store } = world.deps;
    const later = {
      ...world.deps,
      store: {
        olderItems: async (...given: Parameters<typeof store.olderItems>) => ({
          ...(await store.olderItems(...given)),
          unreadItems: 1,
        }),
        itemsUpTo: store.itemsUpTo,
        items: store.items,
      },
    };

    await expect(newestHistory(later, wanted(runId, 20), loaded)).rejects.toThrow(NewerFormatError);
  });

  it('is read no further when its thread has gone meanwhile, or nobody wants it any more', async () => {
    const { world, writer, settle, wanted, open } = await begin();
    writer.say('One');
    for (let place = 0; place < 5; place += 1) {
      answer(writer, `Answer ${place}`);
      writer.say(`Next ${place}`);
    }
    await settle();
    const loaded = await open(2);
    const runId = Object.values(loaded.view.runs).at(-1)?.id ?? world.deps.newId('run');
    let pages = 0;
    const none = async () => {
      pages += 1;
      return { items: [], runs: [], olderCursor: null };
    };
    const gone = { ...world.deps, store: { olderItems: none, itemsUpTo: none, items: async () => [] } };
    const stopped = { ...wanted(runId, 20), signal: AbortSignal.abort('cancelled') };

    await expect(newestHistory(gone, wanted(runId, 20), loaded)).rejects.toMatchObject({ code: 'not_found' });
    await expect(newestHistory(gone, stopped, loaded)).rejects.toBe('cancelled');
    expect(pages).toBe(1);
  });
});
