import type { Model, ModelRequest, StreamEvent } from '@openai/agents';
import * as z from 'zod';
import { createMemoryBlobStore } from '#adapters/memory/memory-blob-store.ts';
import { defaultRetryPolicy } from '#adapters/models/model-retry.ts';
import { createOpenAiAgentRunner } from '#adapters/models/openai-agent-runner.ts';
import type { JournalEntry } from '#core/domain/journal.ts';
import type { AgentTask, RunEnd } from '#core/ports/agent-runner.ts';
import {
  newId,
  samplePrepared,
  samplePreparedAgent,
  sampleRunJournal,
  sampleTaskParts,
} from '#core/ports/samples.contract.ts';
import type { ServerTool } from '#core/ports/tool.ts';
import { defaultRunLimits } from '#core/protocol/agent.ts';
import type { Figure, Section } from '../report.ts';
import { median } from '../statistics.ts';

const lengths = [10, 50, 100] as const;
const rounds = 7;
const warmUp = 3;
/** A turn of 100 may cost so many times what a turn of 10 does and still count as linear. */
const linear = 2;

/** What it costs a worker to come to where an earlier one has left a run, by the turns that stand in its journal. */
export async function measureReplay(): Promise<Section> {
  const perTurn: { turns: number; ms: number; bytes: number }[] = [];
  for (const turns of lengths) perTurn.push(await replayOf(turns));
  const first = perTurn.at(0)?.ms ?? Number.NaN;
  const last = perTurn.at(-1)?.ms ?? Number.NaN;
  return {
    title: "Replay of a journal in memory, through the SDK's runner (each turn: an answer and one call of a tool)",
    figures: [
      ...perTurn.map(
        ({ turns, ms, bytes }): Figure => ({
          name: `CPU per turn, ${turns} turns in the journal`,
          value: ms,
          unit: 'ms',
          note: `${(ms * turns).toFixed(0)} ms in all; journal of ${(bytes / 1000).toFixed(0)} kB; median of ${rounds}`,
        }),
      ),
      {
        name: `a turn of ${lengths.at(-1)} over one of ${lengths[0]} (1.0: linear)`,
        value: last / first,
        unit: '×',
        target: { atMost: linear },
      },
    ],
  };
}

async function replayOf(turns: number): Promise<{ turns: number; ms: number; bytes: number }> {
  const { work, entries } = newRun(turns);
  await work();
  const recorded = entries.length;
  const cpuMs: number[] = [];
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    if (round >= warmUp) cpuMs.push((user + system) / 1000);
  }
  if (entries.length !== recorded) throw new Error('a replay has done something anew');
  return { turns, ms: median(cpuMs) / turns, bytes: Buffer.byteLength(JSON.stringify(entries)) };
}

/** A run that calls a tool in each of its turns but the last. Its first attempt writes the journal, every later one reads it. */
function newRun(turns: number): { work: () => Promise<void>; entries: JournalEntry[] } {
  const entries: JournalEntry[] = [];
  const agent = samplePreparedAgent({
    tools: [{ name: lookUp.name, policy: { approval: 'never' } }],
    limits: { ...defaultRunLimits, maxTurns: turns },
  });
  const parts = sampleTaskParts(samplePrepared(agent), newId('run'));
  const runner = createOpenAiAgentRunner({
    findModel: () => talkative(turns),
    tools: [lookUp],
    blobs: createMemoryBlobStore(),
    retry: { ...defaultRetryPolicy, mostTries: 1 },
    onError(error) {
      throw error;
    },
    now: Date.now,
    random: Math.random,
    wait: (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject, { once: true })),
  });
  const history = [
    {
      type: 'user_message' as const,
      id: newId('itm'),
      runId: newId('run'),
      createdAt: parts.prepared.at,
      text: 'Go on.',
    },
  ];

  async function work(): Promise<void> {
    const task: AgentTask = {
      ...parts,
      history,
      journal: sampleRunJournal(entries),
      signal: new AbortController().signal,
    };
    let end: RunEnd | undefined;
    for await (const step of runner.run(task)) if (step.type === 'ended') end = step.result;
    if (end?.status !== 'completed') throw new Error(`a run of ${turns} turns ended as ${JSON.stringify(end)}`);
  }
  return { work, entries };
}

const lookUp: ServerTool = {
  kind: 'server',
  name: 'look_up',
  description: 'Looks something up.',
  parameters: z.object({ what: z.string() }),
  idempotent: true,
  policy: { approval: 'never' },
  execute: async () => 'Something of the length that such an answer has. '.repeat(8),
};

/** Says a sentence and calls the tool until its last turn, in which it only speaks. */
function talkative(turns: number): Model {
  let asked = 0;
  return {
    getResponse: () => Promise.reject(new Error('only streams')),
    async *getStreamedResponse(_request: ModelRequest): AsyncIterable<StreamEvent> {
      asked += 1;
      const text = `This is what I do in turn ${asked}. `.repeat(4);
      yield { type: 'output_text_delta', delta: text };
      yield {
        type: 'response_done',
        response: {
          id: '',
          output: [
            { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text }] },
            ...(asked < turns
              ? [
                  {
                    type: 'function_call' as const,
                    callId: `call_${asked}`,
                    name: lookUp.name,
                    arguments: JSON.stringify({ what: `thing ${asked}` }),
                    status: 'completed' as const,
                  },
                ]
              : []),
          ],
          usage: { requests: 1, inputTokens: 10, outputTokens: 5, totalTokens: 15 },
        },
      };
    },
  };
}
