import type { Model, ModelRequest } from '@openai/agents';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { createOpenAiAgentRunner } from '#adapters/models/openai-agent-runner.ts';
import { plainDeps } from '#adapters/models/testing.ts';
import { claim } from '#core/domain/run-lease.ts';
import type { ServerTool } from '#core/ports/tool.ts';
import { startRun } from '#core/use-cases/start-run.ts';
import { attemptRun } from './run-attempt.ts';
import { createWorld, heldRun } from './testing.ts';

it('is read at the very next turn, and no watch over the run has to come before that', async () => {
  const asked: ModelRequest[] = [];
  const model: Model = {
    getResponse: () => Promise.reject(new Error('only streams')),
    async *getStreamedResponse(request) {
      asked.push(request);
      const usage = { requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2 };
      const status = 'completed' as const;
      const output =
        asked.length === 1
          ? [{ type: 'function_call' as const, callId: 'a', name: 'look', arguments: '{}', status }]
          : [
              {
                type: 'message' as const,
                role: 'assistant' as const,
                status,
                content: [{ type: 'output_text' as const, text: 'Seen.' }],
              },
            ];
      yield { type: 'response_done', response: { id: '', output, usage } };
    },
  };
  const look: ServerTool = {
    kind: 'server',
    name: 'look',
    description: 'look',
    parameters: z.object({}),
    idempotent: true,
    async execute() {
      await startRun(world, world.caller, { ...steered, clientRequestId: crypto.randomUUID() }, 'request-2');
      return 'looked';
    },
  };
  const world = createWorld({ tools: [look], agent: { tools: ['look'] } });
  const { runId, threadId } = await world.send('Look.');
  const steered = { threadId, input: { text: 'And be brief.' }, delivery: 'steer' as const };
  const worker = { owner: 'worker-1', nowMs: world.now(), leaseMs: 20_000 };
  const claimed = await world.runs.change(runId, (record) => claim(record, worker));
  if (claimed?.kind !== 'claimed') throw new Error(`the run is ${claimed?.kind}`);
  const runner = createOpenAiAgentRunner({ ...plainDeps(), tools: [look], findModel: () => model });

  await attemptRun({ ...world, runner }, heldRun(world, claimed.record));

  expect(asked).toHaveLength(2);
  expect(JSON.stringify(asked[1]?.input)).toContain('And be brief.');
  expect(await world.texts(threadId)).toEqual(['Look.', 'And be brief.', 'Seen.']);
});
