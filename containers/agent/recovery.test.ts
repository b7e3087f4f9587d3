import type { Model, ModelRequest, StreamEvent } from '@openai/agents';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createMemoryBlobStore } from '#adapters/memory/memory-blob-store.ts';
import { defaultRetryPolicy } from '#adapters/models/model-retry.ts';
import { createOpenAiAgentRunner } from '#adapters/models/openai-agent-runner.ts';
import { claim } from '#core/domain/run-lease.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import { answer } from '#core/domain/run-suspension.ts';
import { isOpen, type Wait, type WaitAnswer } from '#core/domain/run-wait.ts';
import type { ServerTool, Tool } from '#core/ports/tool.ts';
import type { RunId, ThreadId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import { threadStream } from '#core/use-cases/load-thread.ts';
import { settleRun } from '#core/use-cases/settle-run.ts';
import { announceWaits } from '#core/use-cases/suspend-run.ts';
import { attemptRun } from './run-attempt.ts';
import { createWorld, heldRun, type World } from './testing.ts';

type Output = Extract<StreamEvent, { type: 'response_done' }>['response']['output'];

const text = (said: string): Output => [
  { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: said }] },
];
const call = (callId: string, name: string, of: string): Output[number] => ({
  type: 'function_call',
  callId,
  name,
  arguments: JSON.stringify({ of }),
  status: 'completed',
});

/** Two look-ups at once, then a payment that needs approval beside something that only a client can do, then words. */
function turn({ input }: ModelRequest): Output {
  const results = typeof input === 'string' ? 0 : input.filter(({ type }) => type === 'function_call_result').length;
  if (results === 0) return [...text('I look around. '), call('a', 'look', 'x'), call('b', 'look', 'y')];
  if (results === 2) return [...text('And pay. '), call('c', 'charge', 'card'), call('d', 'theme', 'dark')];
  return text('That was all of it.');
}

const model: Model = {
  getResponse: () => Promise.reject(new Error('only streams')),
  async *getStreamedResponse(request) {
    const output = turn(request);
    for (const item of output) {
      if (item.type !== 'message') continue;
      for (const part of item.content) {
        if (part.type !== 'output_text') continue;
        for (const delta of part.text.split(/(?<= )/)) yield { type: 'output_text_delta', delta };
      }
    }
    yield {
      type: 'response_done',
      response: { id: '', output, usage: { requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 } },
    };
  },
};

const parameters = z.object({ of: z.string() });

/** Where the worker dies: at the nth thing that it does to a store, before it lands or after. */
interface Death {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** A world whose worker can die: from then on nothing that it asks for is answered. */
function createMortalWorld() {
  const effects: string[] = [];
  let death: Death | undefined;
  let steps = 0;
  let die: () => void = () => {};
  const never = () => new Promise<never>(() => {});

  const mortal =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (death && steps > death.at) return never();
      const own = steps;
      steps += 1;
      if (!death || own !== death.at) return work(...args);
      if (death.when === 'after') await work(...args);
      die();
      return never();
    };

  const tool = (name: string, idempotent: boolean): ServerTool => ({
    kind: 'server',
    name,
    description: name,
    parameters,
    idempotent,
    execute: mortal(async (args: unknown) => {
      const { of } = parameters.parse(args);
      effects.push(`${name} ${of}`);
      return `${name} of ${of}`;
    }),
  });
  const charge: Tool = {
    ...tool('charge', false),
    policy: { approval: 'always', decider: 'requester_or_admin', expiresInSeconds: 600 },
  };
  const theme: Tool = { kind: 'client', name: 'theme', description: 'theme', parameters, expiresInSeconds: 60 };
  const tools = [tool('look', true), charge, theme];

  const world = createWorld({
    tools,
    log: (log) => ({ ...log, append: mortal(log.append) }),
    journal: (journal) => ({ ...journal, put: mortal(journal.put) }),
    runs: (runs) => ({ ...runs, change: (id, decide) => mortal(() => runs.change(id, decide))() }),
    agent: { tools: tools.map(({ name }) => name) },
  });
  const runner = createOpenAiAgentRunner({
    tools,
    blobs: createMemoryBlobStore(),
    retry: { ...defaultRetryPolicy, mostTries: 1 },
    now: world.now,
    random: () => 0.5,
    wait: (_ms, signal) => new Promise((_, reject) => signal.addEventListener('abort', reject, { once: true })),
    findModel: () => model,
    onError: (error) => {
      throw error;
    },
  });

  /** An attempt by a worker that dies as it is told; whether it did. */
  async function work(record: RunRecord, planned?: Death): Promise<'died' | 'lived'> {
    const dead = new Promise<'died'>((resolve) => {
      die = () => resolve('died');
    });
    steps = 0;
    death = planned;
    const end = await Promise.race([
      attemptRun({ ...world, runner }, heldRun(world, record)).then(() => 'lived' as const),
      dead,
    ]);
    death = undefined;
    return end;
  }
  return { world, work, effects, steps: () => steps };
}

async function claimRun(world: World, runId: RunId): Promise<RunRecord | null> {
  // Whoever had it is dead by now, and its lease has run out.
  world.pass(20_001);
  const worker = { owner: 'worker-1', nowMs: world.now(), leaseMs: 20_000 };
  const claimed = await world.runs.change(runId, (record) => claim(record, worker));
  // As the worker does with a message of such a run.
  if ((claimed?.kind === 'ended' || claimed?.kind === 'already') && !claimed.record.settled)
    await settleRun(world, claimed.record);
  if (claimed?.kind === 'illegal_transition' && !claimed.record.announced) await announceWaits(world, claimed.record);
  return claimed?.kind === 'claimed' ? claimed.record : null;
}

const approve: WaitAnswer = { type: 'decision', decision: { decision: 'approve', scope: 'once' }, by: newBy() };
function newBy() {
  return z.uuid().brand<'UserId'>().parse('00000000-0000-4000-8000-000000000001');
}

/** What people and clients say to each question. A payment that was cut off had been made, as the counter shows. */
function answerTo(wait: Wait, effects: readonly string[]): WaitAnswer {
  const by = newBy();
  if (wait.kind === 'client_tool') return { type: 'output', result: { output: 'it is dark' }, by };
  if (wait.kind !== 'interrupted_call') return approve;
  const decision = effects.includes('charge card')
    ? { decision: 'skip' as const, output: 'charge of card' }
    : { decision: 'run_again' as const };
  return { type: 'decision', decision, by };
}

/** Works on a run until it is over; the worker dies once if it is told to. How often it was to die, and whether it did. */
async function runToEnd(
  { world, work, effects }: ReturnType<typeof createMortalWorld>,
  death?: Death & { attempt: number },
) {
  const { runId, threadId } = await world.send('Go');
  let died = false;
  for (let attempt = 1; attempt < 12; attempt += 1) {
    const record = await claimRun(world, runId);
    if (record) died = (await work(record, death?.attempt === attempt ? death : undefined)) === 'died' || died;
    const current = await world.record(runId);
    if (current.settled) break;
    for (const wait of current.waits.filter(isOpen)) {
      await world.runs.change(runId, (now) => answer(now, wait.id, answerTo(wait, effects), world.now()));
    }
  }
  return { runId, threadId, died };
}

/** What a reader has in the end, without what differs from run to run. */
async function transcript(world: World, threadId: ThreadId): Promise<unknown> {
  const view = await world.viewOf(threadId);
  const plain = (item: Item) => {
    switch (item.type) {
      case 'tool_call':
        return [item.name, item.status, item.result?.ok, item.result?.output];
      case 'approval':
        return ['approval', item.kind];
      case 'handoff':
        return ['handoff'];
      default:
        return [item.type, item.text, 'status' in item ? item.status : ''];
    }
  };
  return view.items.filter((item) => item.type !== 'approval').map(plain);
}

async function endings(world: World, threadId: ThreadId): Promise<string[]> {
  const events = await world.log.read(threadStream(threadId), 0, 10_000);
  return events.flatMap(({ event }) =>
    /^run\.(completed|failed|cancelled|timed_out)$/.test(event.type) ? [event.type] : [],
  );
}

describe('a worker that dies', () => {
  it.each([1, 2] as const)(
    'at any step of attempt %i leaves a run that ends the same, once, with nothing done twice',
    async (attempt) => {
      const undisturbed = createMortalWorld();
      const { threadId } = await runToEnd(undisturbed);
      const expected = await transcript(undisturbed.world, threadId);
      expect(undisturbed.effects).toEqual(['look x', 'look y', 'charge card']);

      let deaths = 0;
      for (let at = 0; ; at += 1) {
        let diedOnce = false;
        for (const when of ['before', 'after'] as const) {
          const mortal = createMortalWorld();
          const run = await runToEnd(mortal, { at, when, attempt });
          diedOnce ||= run.died;

          const where = `${when} step ${at}`;
          expect([where, await transcript(mortal.world, run.threadId)]).toEqual([where, expected]);
          expect([where, mortal.effects.filter((effect) => effect.startsWith('charge'))]).toEqual([
            where,
            ['charge card'],
          ]);
          expect([where, await endings(mortal.world, run.threadId)]).toEqual([where, ['run.completed']]);
        }
        if (!diedOnce) break;
        deaths += 1;
      }
      expect(deaths).toBeGreaterThan(attempt === 1 ? 10 : 5);
    },
    60_000,
  );
});
