import { beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../domain/journal.ts';
import { end, type Outcome, type RunRecord } from '../domain/run-record.ts';
import type { WaitKind } from '../domain/run-wait.ts';
import { sampleWait } from '../ports/samples.contract.ts';
import type { Event } from '../protocol/event.ts';
import { isTerminal } from '../protocol/run.ts';
import { usage } from '../protocol/testing.ts';
import { billRun } from './bill-run.ts';
import { listBudgets, setBudget } from './budgets.ts';
import { buryRun } from './bury-run.ts';
import { cancelRun } from './cancel-run.ts';
import { killRun } from './kill-run.ts';
import { endRunsOf } from './live-runs.ts';
import { threadStream, workspaceFeed } from './load-thread.ts';
import { settleRun } from './settle-run.ts';
import { giveUp } from './sweep.ts';
import { createWorld, startMs, type World } from './testing.ts';
import { deleteThread } from './threads.ts';

const outcomes: Outcome[] = [
  { status: 'completed', usage },
  { status: 'failed', error: { code: 'turn_limit', message: 'too many turns' }, usage },
  { status: 'failed', error: { code: 'turn_limit', message: 'too many turns' } },
  { status: 'cancelled', usage },
  { status: 'cancelled' },
  { status: 'timed_out', usage },
];

let world: World;

beforeEach(() => {
  world = createWorld();
});

/** A run whose end is decided, but written nowhere else. */
async function ended(outcome: Outcome): Promise<RunRecord> {
  const { runId } = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Hello' } });
  await world.claim(runId);
  const record = await world.deps.runs.change(runId, (run) => end(run, outcome, world.deps.now()));
  if (record?.kind !== 'ended') throw new Error('the run did not end');
  return record.record;
}

async function stored({ threadId, userId, isAnonymous }: RunRecord) {
  const access = await world.deps.minter.forUser({ userId, isAnonymous });
  return world.deps.store.openThread(access, threadId, 10);
}

describe('the end of a run', () => {
  it('of a thread in which a later version has written is told, and the rest is left to that version', async () => {
    const record = await ended({ status: 'cancelled' });
    const stream = threadStream(record.threadId);
    const dreamt = { type: 'dreamt' } as unknown as Event;
    await world.deps.log.append(stream, { batchId: 'newer', events: [dreamt] });

    await settleRun(world.deps, record);
    await settleRun(world.deps, record);

    const types = await world.types(stream);
    expect(types.filter((type) => type === 'run.cancelled')).toHaveLength(1);
    expect(await world.record(record.runId)).toMatchObject({ status: 'cancelled', settled: false });
    expect(await stored(record)).toMatchObject({ checkpointSeq: 0, page: { items: [], runs: [] } });
  });

  it.each(outcomes)('is written into the log and into Postgres: %j', async (outcome) => {
    const record = await ended(outcome);

    await settleRun(world.deps, record);

    const { status, ...rest } = outcome;
    const events = await world.events(threadStream(record.threadId));
    expect(events.at(-1)?.event).toEqual({ type: `run.${status}`, ...rest });
    expect(await stored(record)).toMatchObject({
      checkpointSeq: events.length,
      page: { items: [{ text: 'Hello' }], runs: [{ id: record.runId, status }] },
    });
    expect(await world.record(record.runId)).toMatchObject({ settled: true });
  });

  it('is written once, however often and by how many it is written', async () => {
    const record = await ended({ status: 'completed', usage });

    await Promise.all([settleRun(world.deps, record), settleRun(world.deps, record)]);
    await settleRun(world.deps, record);

    const types = await world.types(threadStream(record.threadId));
    expect(types).toEqual(['thread.created', 'run.queued', 'item.added', 'run.completed']);
    expect((await stored(record))?.page.items).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)('is made whole after it was cut off %s any step', async (when) => {
    for (let step = 1; ; step += 1) {
      world = createWorld();
      const record = await ended({ status: 'completed', usage });
      world.breaker.cutAt(step, when);
      const isCut = await settleRun(world.deps, record).then(
        () => false,
        () => true,
      );
      world.breaker.mend();

      await settleRun(world.deps, record);

      expect(await world.types(threadStream(record.threadId))).toHaveLength(4);
      expect(await stored(record)).toMatchObject({ checkpointSeq: 4 });
      expect(await world.record(record.runId)).toMatchObject({ settled: true });
      if (isCut) continue;
      expect(step).toBe(7);
      return;
    }
  });

  it('is not written before it is decided', async () => {
    const { runId, threadId } = await world.start(world.olga, {
      agentId: world.olga.agentId,
      input: { text: 'Hello' },
    });

    await settleRun(world.deps, await world.record(runId));

    expect(await world.types(threadStream(threadId))).toHaveLength(3);
    expect(await world.record(runId)).toMatchObject({ settled: false });
  });
});

describe('the end of a run that waits for somebody', () => {
  const inAnHour = { requestedAtMs: startMs, expiresAtMs: startMs + 3_600_000 };
  const timedOut: Outcome = { status: 'timed_out', usage };
  const told = async () =>
    (await world.events(workspaceFeed(world.olga.workspaceId))).filter(
      ({ event }) => event.type === 'workspace.changed' && event.part === 'approvals',
    );

  async function waiting(...kinds: WaitKind[]) {
    const { runId, threadId } = await world.start(world.olga, {
      agentId: world.olga.agentId,
      input: { text: 'Pay it.' },
    });
    await world.suspend(runId, ...kinds.map((kind) => sampleWait({ ...inAnHour, kind })));
    const before = (await told()).length;
    return { runId, threadId, newlyTold: async () => (await told()).slice(before) };
  }
  type Waiting = Awaited<ReturnType<typeof waiting>>;

  const ends: readonly [string, (run: Waiting) => Promise<unknown>][] = [
    ['stopped by its owner', ({ runId }) => cancelRun(world.deps, world.olga, runId)],
    ['killed by an admin', ({ runId }) => killRun(world.deps, world.colleague('admin'), runId)],
    ['given up', ({ runId }) => giveUp(world.deps, { runId })],
    ['out of time', ({ runId }) => world.end(runId, timedOut)],
    ['deleted with its thread', ({ threadId }) => deleteThread(world.deps, world.olga, threadId)],
    ['left behind by a member', () => endRunsOf(world.deps, world.olga.workspaceId, world.olga.userId)],
  ];

  it.each(ends)('tells the workspace once that nothing is to be decided any more: %s', async (_how, end) => {
    const run = await waiting('client_tool', 'tool_call');

    await end(run);
    await settleRun(world.deps, await world.record(run.runId));

    expect(isTerminal((await world.record(run.runId)).status)).toBe(true);
    expect(await run.newlyTold()).toMatchObject([{ runId: run.runId }]);
  });

  it('tells it nothing when only a client was asked', async () => {
    const run = await waiting('client_tool');

    await cancelRun(world.deps, world.olga, run.runId);

    expect(await run.newlyTold()).toEqual([]);
  });
});

describe('the bill of a run that has ended without its worker', () => {
  const took = { modelCalls: 1, inputTokens: 1_000, cachedInputTokens: 0, outputTokens: 100, reasoningTokens: 0 };
  const model = 'openai/gpt-5.2';

  /** A run that has asked a model twice, and whose worker died in the second answer; its first call may have been billed. */
  async function interrupted(): Promise<RunRecord> {
    const { runId } = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Hello' } });
    await world.claim(runId);
    const question = { scope: '', agentId: world.olga.agentId, model, at: new Date(world.deps.now()).toISOString() };
    const entries: JournalEntry[] = [
      { type: 'began', owner: 'worker-1' },
      { type: 'asked', ...question, turn: 1, inputTokens: 900, keyOf: 'workspace' },
      { type: 'model', ...question, turn: 1, requestHash: '', response: { output: [], usage: took }, said: [] },
      { type: 'asked', ...question, turn: 2, inputTokens: 2_000, keyOf: 'workspace' },
    ];
    for (const [index, entry] of entries.entries())
      await world.deps.journal.put(runId, { v: 1, index, attempt: 1, entry });
    return world.record(runId);
  }
  const totals = async (threadId: RunRecord['threadId']) =>
    world.deps.ledger.thread(await world.deps.minter.forUser(world.olga), threadId);

  const ends: [string, (record: RunRecord) => Promise<unknown>][] = [
    ['its worker was lost', (record) => giveUp(world.deps, record)],
    ['somebody killed it', (record) => killRun(world.deps, world.olga, record.runId)],
    [
      'its letter was dead',
      ({ runId, threadId, workspaceId }) =>
        buryRun(world.deps, { version: 1, runId, threadId, workspaceId, requestId: 'request-1' }),
    ],
    [
      'something went wrong',
      ({ runId }) => world.end(runId, { status: 'failed', error: { code: 'internal', message: 'It went wrong.' } }),
    ],
  ];
  it.each(ends)('has all of its calls, each once, when %s', async (_, endIt) => {
    const record = await interrupted();
    await billRun(world.deps, record, { isOver: false });
    world.pass(60_000);

    await endIt(record);
    await settleRun(world.deps, await world.record(record.runId));

    // By the list price of the model: 1,000 × 1.75 + 100 × 14, and 2,000 × 1.75 for the question that nobody saw answered.
    const cost = 3_150 + 3_500;
    const usage = { ...took, inputTokens: 3_000, estimatedCalls: 1, keys: ['workspace'], costMicroUsd: cost };
    expect(await totals(record.threadId)).toMatchObject({ calls: 2, estimatedCalls: 1, costUsd: cost / 1e6 });
    expect((await world.events(threadStream(record.threadId))).at(-1)?.event).toMatchObject({ usage });
    expect(await world.record(record.runId)).toMatchObject({ settled: true, usage, outcome: { usage } });
  });

  it('takes the place of what was reserved', async () => {
    const record = await interrupted();
    const { workspaceId, agentId } = world.olga;
    const budget = { scope: { kind: 'workspace' }, period: 'total', limitUsd: 5 } as const;
    await setBudget(world.deps, world.olga, workspaceId, budget);
    const estimate = { inputTokens: 10_000, maxOutputTokens: 1_000 };
    await world.deps.spend.reserve({
      ...record,
      agentId,
      callId: '2',
      model,
      estimate,
      runLimits: { maxCostUsd: null },
    });
    world.pass(60_000);

    await giveUp(world.deps, record);

    const { data } = await listBudgets(world.deps, world.olga, workspaceId, { limit: 1 });
    expect(data).toMatchObject([{ usedUsd: 0.00665 }]);
    expect(await world.deps.counters.unfinished(record.runId)).toEqual([]);
  });

  it('is written also when who asked has left', async () => {
    const record = await interrupted();
    world.leave(world.olga);

    await giveUp(world.deps, record);

    expect(await world.record(record.runId)).toMatchObject({ settled: true, usage: { costMicroUsd: 6_650 } });
  });
});
