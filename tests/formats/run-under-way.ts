import type { Model, ModelRequest, StreamEvent } from '@openai/agents';
import * as z from 'zod';
import { createMemoryBlobStore } from '#adapters/memory/memory-blob-store.ts';
import { defaultRetryPolicy } from '#adapters/models/model-retry.ts';
import { createOpenAiAgentRunner } from '#adapters/models/openai-agent-runner.ts';
import { attemptRun } from '#containers/agent/run-attempt.ts';
import { createWorld, heldRun, type World } from '#containers/agent/testing.ts';
import type { JournalRecord } from '#core/domain/journal.ts';
import { claim } from '#core/domain/run-lease.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import type { Batch } from '#core/ports/event-log.ts';
import { newId, newUserId } from '#core/ports/samples.contract.ts';
import type { ServerTool } from '#core/ports/tool.ts';
import type { AgentId, RunId, UserId, WorkspaceId } from '#core/protocol/ids.ts';

/** A run that a worker of some version had begun when it died: all that was stored of it. */
export interface RunUnderWay {
  readonly ids: { readonly userId: UserId; readonly workspaceId: WorkspaceId; readonly agentId: AgentId };
  readonly record: RunRecord;
  readonly journal: readonly JournalRecord[];
  readonly log: readonly Batch[];
}

type Output = Extract<StreamEvent, { type: 'response_done' }>['response']['output'];

const call = (callId: string, of: string): Output[number] => ({
  type: 'function_call',
  callId,
  name: 'look',
  arguments: JSON.stringify({ of }),
  status: 'completed',
});
const text = (said: string): Output[number] => ({
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: said }],
});

/** Two look-ups at once, one more, then words. */
function turn({ input }: ModelRequest): Output {
  const results = typeof input === 'string' ? 0 : input.filter(({ type }) => type === 'function_call_result').length;
  if (results === 0) return [text('I look around.'), call('a', 'x'), call('b', 'y')];
  if (results === 2) return [call('c', 'z')];
  return [text('That was all of it.')];
}

/** A world with the real agent runner, its tool and its model, which tell what they were asked. */
export function createRunnerWorld(ids?: RunUnderWay['ids']) {
  const asked: string[] = [];
  const log: Batch[] = [];
  const journal: JournalRecord[] = [];
  let mostEntries = Number.POSITIVE_INFINITY;
  let die: () => void = () => {};
  const dead = new Promise<void>((resolve) => {
    die = resolve;
  });

  const look: ServerTool = {
    kind: 'server',
    name: 'look',
    description: 'Looks.',
    parameters: z.object({ of: z.string() }),
    idempotent: false,
    execute: async (args) => {
      asked.push(`look ${JSON.stringify(args)}`);
      return `seen ${JSON.stringify(args)}`;
    },
  };
  const world = createWorld({
    ...(ids && { ids }),
    tools: [look],
    agent: { tools: ['look'] },
    log: (plain) => ({
      ...plain,
      append: (stream, batch) => {
        if (stream.startsWith('thread:')) log.push(batch);
        return plain.append(stream, batch);
      },
    }),
    journal: (plain) => ({
      ...plain,
      async put(runId, entry) {
        if (journal.length >= mostEntries) {
          die();
          return new Promise<never>(() => {});
        }
        journal.push(entry);
        return plain.put(runId, entry);
      },
    }),
  });
  const model: Model = {
    getResponse: () => Promise.reject(new Error('only streams')),
    async *getStreamedResponse(request) {
      const output = turn(request);
      asked.push(`model ${output.length}`);
      const usage = { requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 };
      yield { type: 'response_done', response: { id: '', output, usage } };
    },
  };
  const runner = createOpenAiAgentRunner({
    tools: [look],
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

  /** An attempt at the run by a worker, which dies when it wants to journal more than this. */
  async function work(runId: RunId, entries = Number.POSITIVE_INFINITY): Promise<void> {
    mostEntries = entries;
    // Whoever had it is dead by now, and its lease has run out.
    world.pass(60_000);
    const record = await claimed(world, runId);
    await Promise.race([attemptRun({ ...world, runner }, heldRun(world, record)), dead]);
  }
  return { world, work, asked, log, journal };
}

async function claimed(world: World, runId: RunId): Promise<RunRecord> {
  const worker = { owner: 'worker-1', nowMs: world.now(), leaseMs: 20_000 };
  const answer = await world.runs.change(runId, (record) => claim(record, worker));
  if (answer?.kind !== 'claimed') throw new Error(`the run is ${answer?.kind}`);
  return answer.record;
}

/** A run as this version leaves it when its worker dies: `began`, the model's answer, and both calls begun and done. */
export async function runOfToday(): Promise<RunUnderWay> {
  const ids = { userId: newUserId(), workspaceId: newId('wsp'), agentId: newId('agt') };
  const { world, work, log, journal } = createRunnerWorld(ids);
  const { runId } = await world.send('Look around.');
  await work(runId, 6);
  return { ids, record: await world.record(runId), journal, log };
}
