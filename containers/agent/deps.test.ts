import { AsyncLocalStorage } from 'node:async_hooks';
import type { Model, StreamEvent } from '@openai/agents';
import { expect, it, vi } from 'vitest';
import * as z from 'zod';
import { WorkerEnv } from '#core/env.ts';
import type { ServerTool } from '#core/ports/tool.ts';
import { noTracer, type Tracer } from '#core/ports/tracer.ts';
import { composeWorker } from './deps.ts';
import { createWorld } from './testing.ts';

const env = WorkerEnv.parse({
  LOG_TABLE: 'log',
  RUNS_TABLE: 'runs',
  CONNECTIONS_TABLE: 'connections',
  COUNTERS_TABLE: 'counters',
  JOURNAL_TABLE: 'journal',
  BLOBS_BUCKET: 'blobs',
  RUN_QUEUE_URL: 'http://127.0.0.1:9/queue',
  SOCKET_ENDPOINT: 'http://127.0.0.1:9/sockets',
  SUPABASE_URL: 'http://127.0.0.1:9',
  SUPABASE_PUBLISHABLE_KEY: 'key',
  SUPABASE_JWT_SECRET: 'a secret of thirty-two characters',
  VAULT_KEY_FILE: '/nowhere',
  MAX_RUNS: 1,
  POLL_SECONDS: 1,
});

const look: ServerTool = {
  kind: 'server',
  name: 'look',
  description: 'look',
  parameters: z.object({}),
  idempotent: true,
  execute: async () => 'seen',
};

type Output = Extract<StreamEvent, { type: 'response_done' }>['response']['output'];

/** Looks once, and is done. */
function createModel(): Model {
  const answers: Output[] = [
    [{ type: 'function_call', callId: 'a', name: 'look', arguments: '{}', status: 'completed' }],
  ];
  return {
    getResponse: () => Promise.reject(new Error('only streams')),
    async *getStreamedResponse() {
      const output = answers.shift() ?? [];
      const usage = { requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2 };
      yield { type: 'response_done', response: { id: '', output, usage } };
    },
  };
}

/** Notes each span behind those that it is in. */
function createTracer(spans: Set<string>): Tracer {
  const current = new AsyncLocalStorage<string>();
  return {
    ...noTracer,
    span(name, _about, work) {
      const outer = current.getStore();
      const path = outer ? `${outer} > ${name}` : name;
      spans.add(path);
      return current.run(path, work);
    },
  };
}

it('traces models and tools within the run that they work for', async () => {
  const world = createWorld({ tools: [look], agent: { tools: ['look'] } });
  const spans = new Set<string>();
  const { worker } = composeWorker(env, world.logger, {
    tools: [look],
    findModel: createModel,
    between: (platform) => ({ ...platform, ...world, tracer: createTracer(spans) }),
  });
  const { runId } = await world.send('Hello');
  const done = worker.run();

  await vi.waitFor(async () => expect(await world.record(runId)).toMatchObject({ settled: true }), { timeout: 4_000 });
  await worker.stop(0);
  await done;

  expect([...spans]).toEqual(expect.arrayContaining(['run', 'run > model', 'run > tool']));
});

it('says for which run a model call failed', async () => {
  const world = createWorld();
  const { worker } = composeWorker(env, world.logger, {
    findModel: () => Promise.reject(new Error('no such model')),
    between: (platform) => ({ ...platform, ...world, tracer: noTracer }),
  });
  const { runId, threadId } = await world.send('Hello');
  const done = worker.run();

  await vi.waitFor(async () => expect(await world.record(runId)).toMatchObject({ settled: true }), { timeout: 4_000 });
  await worker.stop(0);
  await done;

  const line = world.lines.find(({ message }) => message === 'a model call failed');
  expect(line).toMatchObject({ fields: { runId, threadId, workspaceId: world.workspaceId } });
});
