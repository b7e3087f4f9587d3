import { describe, expect, it } from 'vitest';
import { claim, release } from '#core/domain/run-lease.ts';
import type { StopReason } from '#core/ports/agent-runner.ts';
import type { WorkspaceStore } from '#core/ports/workspace-store.ts';
import type { Event } from '#core/protocol/event.ts';
import type { RunId, ThreadId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import { at } from '#core/protocol/testing.ts';
import { historyLimit } from '#core/use-cases/load-history.ts';
import { threadStream } from '#core/use-cases/load-thread.ts';
import { projectThread } from '#core/use-cases/settle-run.ts';
import { type StartRun, startRun } from '#core/use-cases/start-run.ts';
import { attemptRun } from './run-attempt.ts';
import { answered, createWorld, heldRun, type Script, says, usage, type World } from './testing.ts';

/** Says so many texts, one item each, and then what it is stopped by, or nothing. */
const saysMany = (count: number, end: 'completed' | 'failed' | 'aborted', stop = () => {}): Script =>
  async function* (task) {
    for (let turn = 1; turn <= count; turn += 1) {
      yield { type: 'message_started', key: `${turn}:0`, agentId: task.prepared.agentId };
      yield { type: 'text', key: `${turn}:0`, text: `Step ${turn}` };
      yield { type: 'text_ended', key: `${turn}:0` };
      await task.journal.append(answered(task, `Step ${turn}`, turn));
    }
    stop();
    yield { type: 'model_answered', usage };
    const error = { code: 'model_stream_cut' as const, message: 'It broke off.' };
    yield { type: 'ended', result: end === 'failed' ? { status: end, error } : { status: end } };
  };

type Texts = readonly string[];

/** The nth message and its answer, as they stand in the log. */
function answeredMessage(
  { newId, agentId }: World,
  { runId, threadId }: { runId: RunId; threadId: ThreadId },
  index: number,
): Event[] {
  const base = { runId, createdAt: at };
  const input: Item = { ...base, id: newId('itm'), type: 'user_message', text: `M${index}` };
  const answer = { type: 'agent_message', agentId, status: 'completed', text: `A${index}` } as const;
  const run = { id: runId, threadId, agentId, status: 'queued', attempt: 0, inputItemId: input.id } as const;
  return [
    { type: 'run.queued', run: { ...run, createdAt: at } },
    { type: 'item.added', item: input },
    { type: 'run.started', agentId, model: 'demo/scripted' },
    { type: 'item.added', item: { ...base, id: newId('itm'), ...answer } },
    { type: 'run.completed', usage },
  ];
}

/** A thread in which `count` messages, M0 and so on, were answered with A0 and so on. */
async function longThread(count: number) {
  const asked: string[] = [];
  const noting = <Name extends keyof WorkspaceStore>(store: WorkspaceStore, name: Name): WorkspaceStore =>
    new Proxy(store, {
      get(target, key) {
        if (key === name) asked.push(name);
        return Reflect.get(target, key);
      },
    });
  const reads = ['openThread', 'olderItems', 'itemsUpTo', 'items'] as const;
  const world = createWorld({ store: (store) => reads.reduce(noting, store) });

  async function work(runId: RunId, run: Script, controller = new AbortController()) {
    const worker = { owner: 'worker-1', nowMs: world.now(), leaseMs: 20_000 };
    const claimed = await world.runs.change(runId, (record) => claim(record, worker));
    if (claimed?.kind !== 'claimed') throw new Error(`the run is ${claimed?.kind}`);
    asked.length = 0;
    await attemptRun({ ...world, runner: { run } }, heldRun(world, claimed.record, controller));
    world.pass(10);
    return claimed.record;
  }

  const { runId: firstId, threadId: here } = await world.send('M0');
  await work(firstId, says('A0'));
  const runs = [firstId];
  for (let index = 1; index < count; index += 1) {
    const runId = world.newId('run');
    runs.push(runId);
    const events = answeredMessage(world, { runId, threadId: here }, index);
    await world.log.append(threadStream(here), { batchId: runId, runId, attempt: 1, events });
  }
  await projectThread(world, { ...world.caller, threadId: here });

  return {
    world,
    work,
    send: (text: string, request: Partial<StartRun> = {}) =>
      startRun(
        world,
        world.caller,
        { threadId: here, input: { text }, clientRequestId: crypto.randomUUID(), ...request },
        'request-1',
      ),
    again: (request: Partial<StartRun>) =>
      startRun(world, world.caller, { threadId: here, clientRequestId: crypto.randomUUID(), ...request }, 'request-1'),
    /** The nth run, from 0. */
    run(index: number): RunId {
      const runId = runs[index];
      if (!runId) throw new Error(`there is no run ${index}`);
      return runId;
    },
    /** Works on a run until it is stopped. */
    async stopAfter(runId: RunId, items: number, reason: StopReason) {
      const controller = new AbortController();
      const { attempt } = await work(
        runId,
        saysMany(items, 'aborted', () => controller.abort(reason)),
        controller,
      );
      if (reason === 'handover') await world.runs.change(runId, (record) => release(record, attempt, world.now()));
    },
    /** Works on a run to its end: what its agent read, and what the store had been asked for by then. */
    async read(runId: RunId, script: Script = says('Well.')) {
      let read: { texts: Texts; reads: Texts } | undefined;
      await work(runId, async function* (task) {
        const texts = task.history.map((item) => ('text' in item ? item.text : item.type));
        read = { texts, reads: [...asked] };
        yield* script(task);
      });
      const { outcome } = await world.record(runId);
      return { ...read, status: outcome?.status, error: outcome?.status === 'failed' ? outcome.error.code : undefined };
    },
  };
}

/** Messages with their answers. */
const talk = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => [`M${from + index}`, `A${from + index}`]).flat();

describe('in a long thread', () => {
  it('a message is answered with one page, whatever length the thread has', async () => {
    const thread = await longThread(130);
    const { runId } = await thread.send('Next');

    const { texts, reads } = await thread.read(runId);

    expect(reads).toEqual(['openThread']);
    expect(texts).toEqual([...talk(0, 130), 'Next'].slice(-historyLimit));
  });

  it('one page is enough, too, where a part of it is of another try', async () => {
    const thread = await longThread(130);
    const { runId: failed } = await thread.send('Fails');
    await thread.work(failed, saysMany(60, 'failed'));
    const { runId: retried } = await thread.again({ retryOf: failed });
    await thread.work(retried, saysMany(61, 'completed'));
    const { runId } = await thread.send('Next');

    const { texts, reads } = await thread.read(runId);

    expect(reads).toEqual(['openThread']);
    expect(texts).toHaveLength(historyLimit - 60 + 1);
    expect(texts).toContain('Fails');
  });

  it('a failed run is tried again where it was, also when its own items fill pages', async () => {
    const thread = await longThread(110);
    const { runId: failed } = await thread.send('Fails');
    await thread.work(failed, saysMany(450, 'failed'));

    const first = await thread.again({ retryOf: failed });
    const firstRead = await thread.read(first.runId, saysMany(451, 'failed'));
    const second = await thread.again({ retryOf: first.runId });
    const secondRead = await thread.read(second.runId);

    const expected = [...talk(0, 110), 'Fails'].slice(-historyLimit);
    expect(firstRead).toMatchObject({ texts: expected, error: 'model_stream_cut' });
    expect(secondRead).toMatchObject({ texts: expected, status: 'completed' });
  });

  it('a stopped run goes on where it was', async () => {
    const thread = await longThread(110);
    const { runId: stopped } = await thread.send('Stop');
    await thread.stopAfter(stopped, 250, 'cancelled');

    const { runId } = await thread.again({ retryOf: stopped });

    expect((await thread.world.record(stopped)).status).toBe('cancelled');
    expect(await thread.read(runId)).toMatchObject({
      texts: [...talk(0, 110), 'Stop'].slice(-historyLimit),
      status: 'completed',
    });
  });

  it('another worker goes on with a run that has written more than a page', async () => {
    const thread = await longThread(110);
    const { runId } = await thread.send('Work');
    await thread.stopAfter(runId, 250, 'handover');

    expect(await thread.read(runId, saysMany(251, 'completed'))).toMatchObject({
      texts: [...talk(0, 110), 'Work'].slice(-historyLimit),
      status: 'completed',
    });
  });

  it('what comes after a long run has its message, and what was said before it', async () => {
    const thread = await longThread(10);
    const { runId: failed } = await thread.send('Fails');
    await thread.work(failed, saysMany(250, 'failed'));
    const { runId: retried } = await thread.again({ retryOf: failed });
    await thread.read(retried);
    const { runId } = await thread.send('Next');

    const { texts } = await thread.read(runId);

    expect(texts).toEqual([...talk(0, 10), 'Fails', 'Well.', 'Next']);
  });
});

describe('after long work of a delegate', () => {
  it('the next message has what was said before, and goes to whom the conversation was handed over to', async () => {
    const thread = await longThread(3);
    const bo = thread.world.hire('Bo');
    const { runId: delegating } = await thread.send('Ask around');
    await thread.work(delegating, async function* (task) {
      yield { type: 'handed_over', key: '1.0', agentId: task.prepared.agentId, toAgentId: bo };
      yield { type: 'message_started', key: '2:0', agentId: bo };
      yield { type: 'text_ended', key: '2:0' };
      for (let turn = 1; turn <= 250; turn += 1) {
        const key = `2:0/${turn}:0`;
        yield { type: 'message_started', key, parent: '2:0', agentId: thread.world.agentId };
        yield { type: 'text', key, text: 'Below' };
        yield { type: 'text_ended', key };
      }
      const error = { code: 'model_stream_cut' as const, message: 'It broke off.' };
      yield { type: 'ended', result: { status: 'failed', error } };
    });

    const { runId } = await thread.send('Well?');
    const { texts } = await thread.read(runId);

    expect(texts).toEqual([...talk(0, 3), 'Ask around', 'handoff', '', 'Well?']);
    expect((await thread.world.record(runId)).agentId).toBe(bo);
  });
});

describe('far back in a long thread', () => {
  it('an answer is made anew from what was said before it, and goes on from there', async () => {
    const thread = await longThread(230);

    const { runId } = await thread.again({ regenerate: thread.run(20) });
    const anew = await thread.read(runId, says('A20 anew'));
    const next = await thread.read((await thread.send('Next')).runId);

    expect(anew).toMatchObject({ texts: [...talk(0, 20), 'M20'], reads: ['openThread', 'itemsUpTo', 'items'] });
    expect(next.texts).toEqual([...talk(0, 20), 'M20', 'A20 anew', 'Next']);
  });

  it('an edited message has what was said before it, and goes on from there', async () => {
    const thread = await longThread(230);

    const { runId } = await thread.send('M20 edited', { replaces: thread.run(20) });
    const edited = await thread.read(runId, says('A20 edited'));
    const next = await thread.read((await thread.send('Next')).runId);

    expect(edited).toMatchObject({ texts: [...talk(0, 20), 'M20 edited'], reads: ['openThread', 'itemsUpTo'] });
    expect(next.texts).toEqual([...talk(0, 20), 'M20 edited', 'A20 edited', 'Next']);
  });

  it('a message after an old answer has that branch, whole', async () => {
    const thread = await longThread(230);

    const { runId } = await thread.send('Back', { after: thread.run(20) });

    expect((await thread.read(runId)).texts).toEqual([...talk(0, 21), 'Back']);
  });

  it('has as much of a branch as any other: its newest 200 items', async () => {
    const thread = await longThread(260);

    const { runId } = await thread.again({ regenerate: thread.run(130) });

    expect((await thread.read(runId)).texts).toEqual([...talk(0, 130), 'M130'].slice(-historyLimit));
  });

  it('begins anew where the first message was edited', async () => {
    const thread = await longThread(110);

    const { runId } = await thread.send('M0 edited', { replaces: thread.run(0) });

    expect(await thread.read(runId)).toMatchObject({ texts: ['M0 edited'], reads: ['openThread'] });
  });

  it('an answer is tried again, too, where it was', async () => {
    const thread = await longThread(110);
    const anew = await thread.again({ regenerate: thread.run(3) });
    await thread.work(anew.runId, saysMany(210, 'failed'));

    const { runId } = await thread.again({ retryOf: anew.runId });

    expect(await thread.read(runId)).toMatchObject({ texts: [...talk(0, 3), 'M3'], status: 'completed' });
  });

  it('is answered by whom the conversation had been handed over to there', async () => {
    const thread = await longThread(1);
    const bo = thread.world.hire('Bo');
    const { runId: handed } = await thread.send('To Bo');
    await thread.work(handed, async function* (task) {
      yield { type: 'handed_over', key: '1.0', agentId: task.prepared.agentId, toAgentId: bo };
      for await (const step of says('Here I am.')(task))
        yield step.type === 'message_started' ? { ...step, agentId: bo } : step;
    });
    for (let index = 0; index < 110; index += 1) {
      const { runId } = await thread.send(`More ${index}`, { agentId: thread.world.agentId });
      await thread.work(runId, says('More.'));
    }

    const { runId } = await thread.send('Back to Bo', { after: handed });
    await thread.work(runId, says('Yes?'));

    expect((await thread.world.record(runId)).agentId).toBe(bo);
  });
});
