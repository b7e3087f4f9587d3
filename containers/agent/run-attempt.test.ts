import { afterEach, describe, expect, it, vi } from 'vitest';
import { claim, release } from '#core/domain/run-lease.ts';
import { finish, type RunRecord } from '#core/domain/run-record.ts';
import { steer } from '#core/domain/run-steering.ts';
import { unavailable } from '#core/errors.ts';
import type { AgentTask, StopReason } from '#core/ports/agent-runner.ts';
import type { EventLog } from '#core/ports/event-log.ts';
import { newId } from '#core/ports/samples.contract.ts';
import type { AgentId, RunId, ThreadId } from '#core/protocol/ids.ts';
import { threadStream } from '#core/use-cases/load-thread.ts';
import { createReadAhead } from './read-ahead.ts';
import { attemptRun } from './run-attempt.ts';
import {
  answered,
  createWorld,
  failsAfter,
  heldRun,
  type Script,
  says,
  saysUntilStopped,
  usage,
  type World,
} from './testing.ts';

afterEach(() => void vi.useRealTimers());

async function claimRun(world: World, runId: RunId): Promise<RunRecord> {
  const worker = { owner: 'worker-1', nowMs: world.now(), leaseMs: 20_000 };
  const claimed = await world.runs.change(runId, (record) => claim(record, worker));
  if (claimed?.kind !== 'claimed') throw new Error(`the run is ${claimed?.kind}`);
  return claimed.record;
}

const attempt = (world: World, record: RunRecord, run: Script, controller = new AbortController()) =>
  attemptRun({ ...world, runner: { run } }, heldRun(world, record, controller));

/** Claims a run and works on it. */
const work = async (world: World, runId: RunId, run: Script) => attempt(world, await claimRun(world, runId), run);

/** Begins an attempt that is stopped as soon as the agent has said what it has to say. */
async function stopInTheMiddle(world: World, runId: RunId, text: string, reason: StopReason) {
  const controller = new AbortController();
  const record = await claimRun(world, runId);
  const run: Script = async function* (task) {
    for await (const step of saysUntilStopped(text)(task)) {
      yield step;
      if (step.type === 'text') controller.abort(reason);
    }
  };
  return attempt(world, record, run, controller);
}

const giveBack = (world: World, runId: RunId, count: number) =>
  world.runs.change(runId, (record) => release(record, count, world.now()));

const ends = ['run.completed', 'run.failed', 'run.cancelled'];
const endsIn = async (world: World, threadId: Parameters<World['eventTypes']>[0]) =>
  (await world.eventTypes(threadId)).filter((type) => ends.includes(type));

describe('an attempt', () => {
  it('writes what the agent says, and that the run is completed', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');

    const end = await work(world, runId, says('Hi.'));

    expect(end).toBe('done');
    expect(await world.eventTypes(threadId)).toEqual([
      'thread.created',
      'run.queued',
      'item.added',
      'run.started',
      'item.added',
      'item.delta',
      'item.done',
      'run.completed',
    ]);
    expect(await world.texts(threadId)).toEqual(['Hello', 'Hi.']);
    expect(await world.record(runId)).toMatchObject({ status: 'completed', settled: true, attempt: 1 });
  });

  it('keeps the items for good', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');

    await work(world, runId, says('Hi.'));

    const stored = await world.store.openThread(await world.access(), threadId, 10);
    expect(stored?.page.items.map(({ type }) => type)).toEqual(['user_message', 'agent_message']);
    expect(stored?.checkpointSeq).toBe(8);
  });

  it("gives the agent the deployment's model when it leaves the choice to it, and its history", async () => {
    const world = createWorld();
    const { runId } = await world.send('Hello');
    let seen: AgentTask | undefined;

    await work(world, runId, (task) => {
      seen = task;
      return says('Hi.')(task);
    });

    expect(seen).toMatchObject({
      prepared: { agents: [{ model: 'demo/scripted', name: 'Ada', limits: { maxTurns: 10 } }] },
    });
    expect(await world.journal.read(runId)).toMatchObject([{ entry: { prepared: seen?.prepared } }, {}]);
    expect(seen?.history).toMatchObject([{ type: 'user_message', text: 'Hello' }]);
  });

  it('sums up the usage of all model calls', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');

    await work(world, runId, async function* (task) {
      await task.journal.append(answered(task, 'Hm.', 1));
      yield { type: 'model_answered', usage };
      await task.journal.append(answered(task, 'Hi.', 2));
      yield { type: 'model_answered', usage };
      yield { type: 'ended', result: { status: 'completed' } };
    });

    expect((await world.viewOf(threadId)).runs[runId]?.usage).toEqual({
      modelCalls: 2,
      inputTokens: 20,
      cachedInputTokens: 8,
      outputTokens: 10,
      reasoningTokens: 4,
      costMicroUsd: 0,
    });
  });

  it('that fails names the tools that did not stop', async () => {
    const world = createWorld();
    const { runId } = await world.send('Hello');

    await work(world, runId, async function* () {
      const error = { code: 'model_stream_cut' as const, message: 'It broke off.' };
      yield { type: 'ended', result: { status: 'failed', error, leftWorking: ['deaf'] } };
    });

    expect((await world.record(runId)).outcome).toMatchObject({ status: 'failed', leftWorking: ['deaf'] });
    expect(world.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ leftWorking: ['deaf'] }) }),
    );
  });

  it('says why the agent failed, and keeps what it had said', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');

    const end = await work(world, runId, failsAfter('The beginning'));

    expect(end).toBe('done');
    const view = await world.viewOf(threadId);
    expect(view.runs[runId]).toMatchObject({ status: 'failed', error: { code: 'model_stream_cut' } });
    expect(view.items[1]).toMatchObject({ text: 'The beginning', status: 'incomplete' });
    expect(await endsIn(world, threadId)).toEqual(['run.failed']);
  });

  it('fails a run whose agent is gone', async () => {
    let isGone = false;
    const world = createWorld({
      agents: (agents) => ({
        ...agents,
        context: async (access, id) => (isGone ? null : agents.context(access, id)),
      }),
    });
    const { runId, threadId } = await world.send('Hello');
    isGone = true;

    const end = await work(world, runId, says('never'));

    expect(end).toBe('done');
    expect((await world.viewOf(threadId)).runs[runId]?.error).toMatchObject({ code: 'agent_missing' });
  });

  it('fails a run whose owner may not see the thread any more', async () => {
    const world = createWorld();
    const { runId } = await world.send('Hello');
    world.leave();

    const end = await work(world, runId, says('never'));

    expect(end).toBe('done');
    expect((await world.record(runId)).outcome).toMatchObject({ error: { code: 'agent_missing' } });
  });

  it('does not take an agent for done that never said how it ended', async () => {
    const world = createWorld();
    const { runId } = await world.send('Hello');

    await work(world, runId, async function* () {});

    expect(await world.record(runId)).toMatchObject({ status: 'failed', outcome: { error: { code: 'internal' } } });
    expect(world.lines.map(({ message }) => message)).toContain('an attempt failed for good');
  });
});

describe('the history', () => {
  const historyOf = async (world: World, runId: RunId) => {
    let history: AgentTask['history'] = [];
    await work(world, runId, (task) => {
      history = task.history;
      return says('Hi.')(task);
    });
    return history.map((item) => ('text' in item ? item.text : item.type));
  };

  it('leaves out messages that wait behind the run', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('One');
    const second = await world.send('Two', threadId);

    expect(await historyOf(world, runId)).toEqual(['One']);
    expect(await historyOf(world, second.runId)).toEqual(['One', 'Hi.', 'Two']);
  });

  it('leaves out what a failed try at the same message had done', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('One');
    await work(world, runId, async function* (task) {
      for await (const step of says('A whole paragraph')(task)) if (step.type !== 'ended') yield step;
      yield { type: 'ended', result: { status: 'failed', error: { code: 'internal', message: 'Oh.' } } };
    });

    const again = await world.retry(runId, threadId);

    expect(await historyOf(world, again.runId)).toEqual(['One']);
  });
});

describe('who answers', () => {
  const handsOver = (toAgentId: AgentId): Script =>
    async function* (task) {
      yield { type: 'handed_over', key: '1.0', agentId: task.prepared.agentId, toAgentId };
      for await (const step of says('From here on it is me.')(task))
        yield step.type === 'message_started' ? { ...step, agentId: toAgentId } : step;
    };
  /** Works on the next run of a thread; who answers, and how the record and the reader see it. */
  async function answerer(world: World, sent: Promise<{ runId: RunId; threadId: ThreadId }>) {
    const { runId, threadId } = await sent;
    let agentId: AgentId | undefined;
    await work(world, runId, async function* (task) {
      agentId = task.prepared.agentId;
      yield* says('Yes?')(task);
    });
    const seen = (await world.viewOf(threadId)).runs[runId]?.agentId;
    return { agentId, seen, recorded: (await world.record(runId)).agentId };
  }
  const all = (agentId: AgentId) => ({ agentId, seen: agentId, recorded: agentId });

  it('is whoever the conversation was handed over to, until another is chosen', async () => {
    const world = createWorld();
    const [bo, cy] = [world.hire('Bo'), world.hire('Cy')];
    const { runId, threadId } = await world.send('Hello');
    await work(world, runId, handsOver(bo));

    const next = await answerer(world, world.send('And now?', threadId));
    const chosen = await answerer(world, world.send('You, Cy?', threadId, cy));
    const after = await answerer(world, world.send('Go on', threadId));

    expect([next, chosen, after]).toEqual([all(bo), all(cy), all(cy)]);
  });

  it('is known only when the run before has ended, which may hand over while this one waits', async () => {
    const world = createWorld();
    const bo = world.hire('Bo');
    const first = await world.send('Hello');
    const second = await world.send('And now?', first.threadId);

    await work(world, first.runId, handsOver(bo));

    expect(await answerer(world, Promise.resolve(second))).toEqual(all(bo));
  });

  it('stays the same when another worker takes the run up', async () => {
    const world = createWorld();
    const bo = world.hire('Bo');
    const { runId, threadId } = await world.send('Hello');
    await work(world, runId, handsOver(bo));
    const next = await world.send('And now?', threadId);
    await stopInTheMiddle(world, next.runId, 'The beginning', 'handover');
    await giveBack(world, next.runId, 1);

    expect(await answerer(world, Promise.resolve(next))).toEqual(all(bo));
  });
});

describe('being stopped', () => {
  it('ends a cancelled run once and keeps what was said', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');

    const end = await stopInTheMiddle(world, runId, 'The beginning', 'cancelled');

    expect(end).toBe('done');
    expect(await world.texts(threadId)).toEqual(['Hello', 'The beginning']);
    expect(await endsIn(world, threadId)).toEqual(['run.cancelled']);
  });

  it('leaves a run that is handed over without an end, and writes nothing more', async () => {
    vi.useFakeTimers();
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');

    const controller = new AbortController();
    const record = await claimRun(world, runId);

    const end = await attempt(
      world,
      record,
      async function* ({ prepared: { agentId } }) {
        yield { type: 'message_started', key: 'a', agentId };
        yield { type: 'text', key: 'a', text: 'The beginning' };
        await vi.advanceTimersByTimeAsync(0);
        yield { type: 'text', key: 'a', text: ', and what waits to be gathered' };
        controller.abort('handover');
        yield { type: 'ended', result: { status: 'aborted' } };
      },
      controller,
    );
    const before = await world.eventTypes(threadId);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(end).toBe('handover');
    expect(await world.eventTypes(threadId)).toEqual(before);
    expect(await endsIn(world, threadId)).toEqual([]);
    expect((await world.record(runId)).status).toBe('running');
  });

  it('writes nothing more of a run that it has lost', async () => {
    vi.useFakeTimers();
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');
    const controller = new AbortController();
    const record = await claimRun(world, runId);

    const end = await attempt(
      world,
      record,
      async function* ({ prepared: { agentId } }) {
        yield { type: 'message_started', key: 'a', agentId };
        controller.abort('lost');
        yield { type: 'text', key: 'a', text: 'too late' };
        yield { type: 'ended', result: { status: 'completed' } };
      },
      controller,
    );
    await vi.advanceTimersByTimeAsync(60_000);

    expect(end).toBe('left');
    expect((await world.eventTypes(threadId)).at(-1)).toBe('run.started');
  });

  it('does not end a run that another worker has taken over unnoticed', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');

    const end = await work(world, runId, async function* (task) {
      world.pass(20_000);
      await claimRun(world, runId);
      yield* says('too late')(task);
    });

    expect(end).toBe('left');
    expect(await endsIn(world, threadId)).toEqual([]);
    expect(await world.record(runId)).toMatchObject({ status: 'running', attempt: 2 });
  });
});

describe('a run that has worked for too long', () => {
  it('says so, keeps what was said, and is timed out', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');

    const end = await stopInTheMiddle(world, runId, 'The beginning', 'timed_out');

    expect(end).toBe('done');
    expect(await world.texts(threadId)).toEqual(['Hello', 'The beginning']);
    expect((await world.eventTypes(threadId)).slice(-2)).toEqual(['limit.reached', 'run.timed_out']);
    expect(await world.record(runId)).toMatchObject({ status: 'timed_out', settled: true });
  });
});

describe('a run that is told something more', () => {
  it('does not end before it has read it, and says nothing twice', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');
    const itemId = newId('itm');
    const at = new Date(0).toISOString();

    const end = await work(world, runId, async function* (task) {
      if (task.journal.model('', 1)) {
        await task.journal.append({ type: 'steered', afterTurn: 1, messages: [...task.steers()], at });
        yield* says('Hi.')(task);
        return;
      }
      for await (const step of says('Hi.')(task)) {
        // Somebody writes while the last words are on their way.
        if (step.type === 'ended')
          await world.runs.change(runId, (record) => steer(record, { itemId, text: 'And dark.' }, world.now()));
        yield step;
      }
    });

    expect(end).toBe('done');
    expect(await world.texts(threadId)).toEqual(['Hello', 'Hi.']);
    expect(await endsIn(world, threadId)).toEqual(['run.completed']);
    expect(await world.record(runId)).toMatchObject({ status: 'completed', steered: [{ itemId, consumed: true }] });
    const entries = (await world.journal.read(runId)).map(({ entry }) => entry);
    expect(entries).toContainEqual({
      type: 'steered',
      afterTurn: 1,
      messages: [expect.objectContaining({ itemId })],
      at,
    });
  });
});

describe('a run whose turn has not come', () => {
  it('is put aside, and is sent again when the earlier one has ended', async () => {
    const world = createWorld();
    const first = await world.send('One');
    const second = await world.send('Two', first.threadId);
    const early = await claimRun(world, second.runId);

    const end = await attempt(world, early, says('too early'));
    await world.queue.receive(1, 0);
    await work(world, first.runId, says('First.'));
    const end2 = await work(world, second.runId, says('Second.'));

    expect([end, end2]).toEqual(['done', 'done']);
    expect(await world.texts(first.threadId)).toEqual(['One', 'First.', 'Two', 'Second.']);
  });
});

describe('a later attempt', () => {
  it('drops what the earlier one had said', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');
    await stopInTheMiddle(world, runId, 'The beginning', 'handover');
    await giveBack(world, runId, 1);

    const end = await work(world, runId, says('The whole answer'));

    expect(end).toBe('done');
    expect(await world.texts(threadId)).toEqual(['Hello', 'The whole answer']);
    expect(await world.eventTypes(threadId)).toContain('turn.restarted');
  });

  it('drops also what the earlier one writes until the new one has begun', async () => {
    let late: (() => Promise<unknown>) | undefined;
    const world = createWorld({
      log: (log) => ({
        ...log,
        async append(stream, batch) {
          if (batch.attempt === 2 && batch.events[0]?.type === 'run.started') await late?.();
          return log.append(stream, batch);
        },
      }),
    });
    const { runId, threadId } = await world.send('Hello');
    await claimRun(world, runId);
    late = () => {
      const item = { id: newId('itm'), runId, createdAt: new Date(0).toISOString(), agentId: world.agentId };
      return world.log.append(threadStream(threadId), {
        batchId: `${runId}:1:2`,
        runId,
        attempt: 1,
        events: [
          { type: 'item.added', item: { ...item, type: 'agent_message', status: 'in_progress', text: 'ghost' } },
        ],
      });
    };
    world.pass(20_000);

    await work(world, runId, says('The whole answer'));

    expect(await world.texts(threadId)).toEqual(['Hello', 'The whole answer']);
  });

  it('keeps to what the earlier one had begun with, also when that lands only now', async () => {
    const earlier = '2026-11-21T08:59:00.000Z';
    const world = createWorld({
      journal: (journal) => ({
        ...journal,
        async put(id, record) {
          const { entry } = record;
          if (record.index === 0 && entry.type === 'began' && entry.prepared) {
            const first = { ...entry, prepared: { ...entry.prepared, at: earlier } };
            await journal.put(id, { ...record, attempt: 1, entry: first });
          }
          return journal.put(id, record);
        },
      }),
    });
    const { runId, threadId } = await world.send('Hello');
    await claimRun(world, runId);
    world.pass(20_000);
    const seen: string[] = [];

    await work(world, runId, (task) => {
      seen.push(task.prepared.at);
      return says('Hi.')(task);
    });

    expect(seen).toEqual([earlier]);
    expect(await world.texts(threadId)).toEqual(['Hello', 'Hi.']);
  });

  it('finishes what another has ended but not written down', async () => {
    const world = createWorld();
    const { runId, threadId } = await world.send('Hello');
    const record = await claimRun(world, runId);
    await world.runs.change(runId, (current) => finish(current, 1, { status: 'cancelled' }, world.now()));

    const end = await attempt(world, record, says('too late'));

    expect(end).toBe('done');
    expect(await endsIn(world, threadId)).toEqual(['run.cancelled']);
  });
});

describe('a log that does not answer', () => {
  /** Fails the appends of runs that `fails` names, before or after they have landed. */
  const unreliable = (fails: (count: number) => 'before' | 'after' | undefined) => {
    let count = 0;
    return (log: EventLog): EventLog => ({
      ...log,
      async append(stream, batch) {
        if (batch.attempt === undefined) return log.append(stream, batch);
        count += 1;
        const failure = fails(count);
        if (failure === 'before') throw unavailable('The log', null);
        const landed = await log.append(stream, batch);
        if (failure === 'after') throw unavailable('The log', null);
        return landed;
      },
    });
  };

  it.each(['before', 'after'] as const)('is asked again, when it failed %s the batch had landed', async (failure) => {
    vi.useFakeTimers();
    const world = createWorld({ log: unreliable((count) => (count % 3 === 0 ? undefined : failure)) });
    const { runId, threadId } = await world.send('Hello');

    const end = work(world, runId, says('Hi.'));
    await vi.advanceTimersByTimeAsync(60_000);

    expect(await end).toBe('done');
    expect(await world.texts(threadId)).toEqual(['Hello', 'Hi.']);
    expect(await endsIn(world, threadId)).toEqual(['run.completed']);
  });

  it('breaks the attempt off when it stays away, and stops the agent', async () => {
    vi.useFakeTimers();
    const world = createWorld({ log: unreliable((count) => (count > 1 ? 'before' : undefined)) });
    const { runId } = await world.send('Hello');
    let stopped = false;

    const end = work(world, runId, async function* ({ prepared: { agentId } }) {
      try {
        yield { type: 'message_started', key: 'a', agentId };
        for (;;) {
          yield { type: 'text', key: 'a', text: 'on and ' };
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      } finally {
        stopped = true;
      }
    }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5_000);

    expect(await end).toMatchObject({ code: 'unavailable' });
    expect(stopped).toBe(true);
    expect((await world.record(runId)).status).toBe('running');
  });
});

describe('what the first question to a model needs', () => {
  it('is looked up while the thread is still being read', async () => {
    const asked = Promise.withResolvers<void>();
    const world = createWorld({
      log: (log) => ({
        ...log,
        async read(...given) {
          await asked.promise;
          return log.read(...given);
        },
      }),
    });
    const { runId } = await world.send('Hello');
    const lookAhead = vi.fn(() => asked.resolve());
    const contexts: unknown[] = [];
    const run: Script = async function* (task) {
      contexts.push(task.context);
      yield* says('Hi.')(task);
    };

    const deps = { ...world, runner: { run, lookAhead } };
    const record = await claimRun(world, runId);
    const end = await attemptRun(deps, heldRun(world, record), createReadAhead(deps)(record));

    expect(end).toBe('done');
    // The same object: by it the runner finds again what it has looked up.
    expect(lookAhead.mock.calls).toEqual([['demo/scripted', contexts[0]]]);
  });

  it('is left to whoever needs it when it cannot be looked up', async () => {
    const world = createWorld({
      agents: (agents) => ({
        ...agents,
        context: () => Promise.reject(unavailable('The database', new Error('down'))),
      }),
    });
    const { runId } = await world.send('Hello');

    await expect(work(world, runId, says('Hi.'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});
