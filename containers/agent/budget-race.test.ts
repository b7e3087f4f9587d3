import type { Model, ModelRequest, StreamEvent } from '@openai/agents';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createOpenAiAgentRunner } from '#adapters/models/openai-agent-runner.ts';
import { plainDeps } from '#adapters/models/testing.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import { isOpen } from '#core/domain/run-wait.ts';
import type { RunId } from '#core/protocol/ids.ts';
import { isTerminal } from '#core/protocol/run.ts';
import { threadStream } from '#core/use-cases/load-thread.ts';
import { resolveApproval } from '#core/use-cases/resolve-wait.ts';
import { createWorld, type World } from './testing.ts';
import { createWorker } from './worker.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** An answer of a model with 1,000 tokens at most: what is reserved for it is a dollar, and the prompt costs nothing. */
const model = 'ours/model';
const maxOutputTokens = 1_000;
const oneDollar = 1e6;

/** Answers with as many tokens as it is let, or fewer; now and then it breaks off and is asked again. */
function createModel(tokensOf: (call: number, most: number) => number, breaksOff: (call: number) => boolean) {
  let calls = 0;
  const limits: (number | undefined)[] = [];
  const asked: Model = {
    getResponse: () => Promise.reject(new Error('a run only streams')),
    async *getStreamedResponse({ modelSettings }: ModelRequest): AsyncIterable<StreamEvent> {
      calls += 1;
      const call = calls;
      limits.push(modelSettings.maxTokens);
      await new Promise(setImmediate);
      if (breaksOff(call)) throw new TypeError('terminated');
      const outputTokens = tokensOf(call, modelSettings.maxTokens ?? Number.POSITIVE_INFINITY);
      const content = [{ type: 'output_text' as const, text: `Answer ${call}.` }];
      yield {
        type: 'response_done',
        response: {
          id: `answer-${call}`,
          output: [{ type: 'message', role: 'assistant', status: 'completed', content }],
          usage: { requests: 1, inputTokens: 10, outputTokens, totalTokens: 10 + outputTokens },
        },
      };
    },
  };
  return { model: asked, limits };
}

/** A workspace with a price and a budget, and workers that share its queue. */
async function createRace(
  limitUsd: number,
  asked: Model,
  { maxCostUsd = null }: { maxCostUsd?: number | null } = {},
): Promise<World & { budgetId: Awaited<ReturnType<World['budgets']['putBudget']>>['id'] }> {
  const limits = { maxTurns: 10, maxSeconds: 1_800, maxTokens: null, maxCostUsd };
  const world = createWorld({ agent: { model, settings: { maxOutputTokens }, limits } });
  const { workspaceId } = world;
  const access = await world.access();
  const perMillion = oneDollar / maxOutputTokens;
  await world.budgets.putPrice(access, workspaceId, {
    model,
    validFrom: '2026-01-01',
    input: 0,
    cachedInput: 0,
    output: perMillion,
  });
  const budget = { workspaceId, scope: { kind: 'workspace' }, period: 'total' } as const;
  const { id } = await world.budgets.putBudget(access, { ...budget, limitMicroUsd: limitUsd * oneDollar });
  const runner = createOpenAiAgentRunner({
    ...plainDeps(),
    retry: { ...plainDeps().retry, mostTries: 20 },
    findModel: () => asked,
    spend: world.spend,
    now: world.now,
  });
  for (const owner of ['worker-1', 'worker-2', 'worker-3', 'worker-4']) {
    const worker = createWorker({ ...world, owner, maxRuns: 20, waitSeconds: 0.01, runner, every: () => () => {} });
    const done = worker.run();
    cleanUps.push(async () => {
      await worker.stop(0);
      await done;
    });
  }
  return { ...world, budgetId: id };
}

const recordsOf = (world: World, runIds: readonly RunId[]): Promise<RunRecord[]> =>
  Promise.all(runIds.map((runId) => world.record(runId)));

/** Every run has ended, or stands with an open question that readers have been told. */
const untilAtRest = (world: World, runIds: readonly RunId[]) =>
  vi.waitFor(
    async () => {
      for (const record of await recordsOf(world, runIds))
        expect(isTerminal(record.status) ? record.settled : record.status === 'paused_budget' && record.announced).toBe(
          true,
        );
    },
    { timeout: 15_000, interval: 50 },
  );

const committed = async ({ counters }: World, key: string) => (await counters.committed([key])).get(key) ?? 0;

async function spentOf(world: World): Promise<number> {
  const range = { workspaceId: world.workspaceId, by: 'day' as const, from: '2026-11-01', to: '2026-11-30', limit: 50 };
  const { data } = await world.ledger.totals(await world.access(), range);
  return data.reduce((sum, { costUsd }) => sum + costUsd, 0);
}

async function raiseAll(world: World, records: readonly RunRecord[], limitUsd: number): Promise<void> {
  for (const { runId, waits } of records)
    for (const wait of waits.filter(isOpen))
      await resolveApproval(world, world.caller, {
        runId,
        approvalId: wait.id,
        decision: { decision: 'raise', limitUsd },
      });
}

describe('two hundred runs at once against a budget for fifty', () => {
  it('spend no more than it, and none is stuck: the others ask, and go on when it is raised', async () => {
    const { model: asked, limits } = createModel(
      (_, most) => most,
      () => false,
    );
    const world = await createRace(50, asked);
    const runs = await Promise.all(Array.from({ length: 200 }, (_, index) => world.send(`Question ${index}`)));
    const runIds = runs.map(({ runId }) => runId);

    await untilAtRest(world, runIds);

    const records = await recordsOf(world, runIds);
    const paused = records.filter(({ status }) => status === 'paused_budget');
    expect(records.filter(({ status }) => status === 'completed')).toHaveLength(50);
    expect(paused.map(({ waits }) => waits.filter(isOpen).length)).toEqual(Array(150).fill(1));
    expect([await spentOf(world), await committed(world, world.budgetId)]).toEqual([50, 50 * oneDollar]);
    for (const { threadId } of paused.slice(0, 5)) {
      const asks = (await world.log.read(threadStream(threadId), 0, 100)).at(-2)?.event;
      expect(asks).toMatchObject({ type: 'approval.requested', item: { kind: 'budget', status: 'pending' } });
    }

    await raiseAll(world, paused, 200);
    await untilAtRest(world, runIds);

    expect((await recordsOf(world, runIds)).map(({ status }) => status)).toEqual(Array(200).fill('completed'));
    expect([await spentOf(world), await committed(world, world.budgetId)]).toEqual([200, 200 * oneDollar]);
    expect(new Set(limits)).toEqual(new Set([maxOutputTokens]));
  }, 30_000);

  it('spend no more than it when answers are short, break off and are asked again', async () => {
    const { model: asked } = createModel(
      (call, most) => Math.min(most, 1 + ((call * 7_919) % most)),
      (call) => call % 5 === 0,
    );
    const world = await createRace(50, asked);
    const runs = await Promise.all(Array.from({ length: 200 }, (_, index) => world.send(`Question ${index}`)));
    const runIds = runs.map(({ runId }) => runId);

    await untilAtRest(world, runIds);

    expect(await spentOf(world)).toBeLessThanOrEqual(50);
    expect(await committed(world, world.budgetId)).toBeLessThanOrEqual(50 * oneDollar);
    expect(Math.abs((await committed(world, world.budgetId)) - (await spentOf(world)) * oneDollar)).toBeLessThanOrEqual(
      1,
    );
    await raiseAll(world, await recordsOf(world, runIds), 1_000);
    await untilAtRest(world, runIds);

    expect(new Set((await recordsOf(world, runIds)).map(({ status }) => status))).toEqual(new Set(['completed']));
  }, 30_000);
});

describe('a run that comes to its own limit', () => {
  it.each([
    ['raise', { decision: 'raise', limitUsd: 3 }, 'completed'],
    ['continue once', { decision: 'continue_once' }, 'completed'],
    ['stop', { decision: 'stop' }, 'failed'],
  ] as const)('pauses and asks: %s', async (_, decision, end) => {
    const { model: asked } = createModel(
      (__, most) => most,
      () => false,
    );
    const world = await createRace(100, asked, { maxCostUsd: 0.5 });
    const { runId, threadId } = await world.send('A dear question');

    await untilAtRest(world, [runId]);
    const paused = await world.record(runId);
    expect(paused).toMatchObject({
      status: 'paused_budget',
      waits: [{ kind: 'budget', breach: { scope: 'run', limitUsd: 0.5 } }],
    });
    for (const { id } of paused.waits) await resolveApproval(world, world.caller, { runId, approvalId: id, decision });
    await vi.waitFor(async () => expect(await world.record(runId)).toMatchObject({ status: end, settled: true }));

    expect(await spentOf(world)).toBe(end === 'completed' ? 1 : 0);
    if (end === 'completed') return;
    const reached = { type: 'limit.reached', limit: 'cost', used: 0, max: 0.5 };
    const ended = { type: 'run.failed', error: { code: 'cost_limit' } };
    const log = await world.log.read(threadStream(threadId), 0, 100);
    expect(log.slice(-2).map(({ event }) => event)).toMatchObject([reached, ended]);
  });
});
