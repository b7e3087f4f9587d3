import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it, vi } from 'vitest';
import { call, createModel } from '#adapters/models/testing.ts';
import { WorkerEnv } from '#core/env.ts';
import { sampleEnv } from '#core/ports/samples.contract.ts';
import { noTracer, type Tracer } from '#core/ports/tracer.ts';
import { composeWorker } from './deps.ts';
import { createWorld, lookTool } from './testing.ts';

const look = lookTool();

const env = WorkerEnv.parse({ ...sampleEnv, VAULT_KEY_FILE: '/nowhere', MAX_RUNS: 1, POLL_SECONDS: 1 });

/** Looks once, and is done. */
const createLooker = () => {
  const answers = [[call('a', 'look')]];
  return createModel(() => answers.shift() ?? []).model;
};

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
    findModel: createLooker,
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
