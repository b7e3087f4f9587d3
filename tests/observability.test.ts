import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it, vi } from 'vitest';
import * as z from 'zod';
import { createMemoryLogger } from '#adapters/memory/memory-logger.ts';
import { createMemoryMetrics } from '#adapters/memory/memory-metrics.ts';
import { call, createModel, text } from '#adapters/models/testing.ts';
import { createSupabaseTokenVerifier } from '#adapters/supabase/token-verifier.ts';
import { traced, tracedQueue } from '#adapters/system/traced.ts';
import { composeWorker } from '#containers/agent/deps.ts';
import { lookTool } from '#containers/agent/testing.ts';
import { WorkerEnv } from '#core/env.ts';
import { sampleEnv } from '#core/ports/samples.contract.ts';
import type { SpanAttributes, Tracer } from '#core/ports/tracer.ts';
import { AgentDraft } from '#core/protocol/agent-content.ts';
import { createPublisher } from '#core/use-cases/publisher.ts';
import { createWorld } from '#core/use-cases/testing.ts';
import { observeInvocations, ofRequest } from '#functions/middleware/observe.ts';
import { createSocketHandler } from '#functions/socket/handler.ts';
import { socketEvent } from '#functions/testing.ts';

const look = lookTool();
const requestId = 'request-of-the-socket-frame';

const env = WorkerEnv.parse({ ...sampleEnv, VAULT_KEY_FILE: '/nowhere', MAX_RUNS: 1, POLL_SECONDS: 1 });

/** Looks, and then says what it has seen. */
const createLooker = () => {
  const answers = [[call('a', 'look')], text('Seen.')];
  return createModel(() => answers.shift() ?? []).model;
};

/** Notes each span behind those that it is in, also when they were in another process. */
function createTracer(spans: Map<string, SpanAttributes>): Tracer {
  const current = new AsyncLocalStorage<string>();
  return {
    span(name, about, work) {
      const outer = current.getStore();
      const path = outer ? `${outer} > ${name}` : name;
      spans.set(path, about);
      return current.run(path, work);
    },
    traceparent: () => current.getStore(),
    continue: (traceparent, work) => (traceparent ? current.run(traceparent, work) : work()),
    flush: async () => {},
  };
}

/** One message over a socket, accepted by the socket's Lambda and worked on by a worker; all that both of them said. */
async function sendOverSocket() {
  const world = createWorld();
  const spans = new Map<string, SpanAttributes>();
  const tracer = createTracer(spans);
  const { olga, deps } = world;
  const access = await deps.minter.forUser(olga);
  const content = AgentDraft.parse({ name: 'Lotte', tools: ['look'], model: 'demo/scripted' });
  const agent = await deps.agents.add(access, { ...content, id: deps.newId('agt'), workspaceId: olga.workspaceId });
  await deps.connections.open({ ...olga, connectionId: 'c1' });
  await deps.connections.subscribe({ connectionId: 'c1', expiresAtMs: olga.expiresAtMs }, `user:${olga.userId}`);

  const log = traced(tracer, 'log', deps.log, ['append', 'read']);
  const sockets = traced(tracer, 'sockets', deps.sockets, ['post']);
  const platform = {
    ...deps,
    queue: tracedQueue(tracer, deps.queue),
    log,
    sockets,
    publisher: createPublisher({ ...deps, log, sockets }),
    tickets: deps.connections,
    verifier: createSupabaseTokenVerifier({
      url: 'http://127.0.0.1:9',
      jwtSecret: 'a secret of thirty-two characters',
    }),
    tracer,
  };
  const handler = createSocketHandler(platform);
  const observed = observeInvocations(platform, 'socket', handler, ofRequest);
  const frame = {
    id: '1',
    type: 'run.start',
    agentId: agent.id,
    input: { text: 'Hello' },
    clientRequestId: crypto.randomUUID(),
  };
  const event = socketEvent('$default', 'c1', { body: JSON.stringify(frame) });
  const reply = await observed({ ...event, requestContext: { ...event.requestContext, requestId } });
  const { run } = z
    .object({ run: z.object({ runId: z.string(), threadId: z.string() }) })
    .parse(JSON.parse(reply?.body ?? ''));

  const model = createLooker();
  const workerLines = createMemoryLogger(world.lines, { service: 'agent' });
  const metrics = createMemoryMetrics();
  const { worker } = composeWorker(env, workerLines, {
    tools: [look],
    findModel: () => model,
    between: (own) => ({ ...own, ...platform, logger: workerLines, metrics }),
  });
  const done = worker.run();
  await vi.waitFor(() => expect(world.lines.map(({ message }) => message)).toContain('run left'), { timeout: 15_000 });
  await worker.stop(0);
  await done;
  return { world, run, agent, spans, counted: { ...world.metrics.flushed[0], ...metrics.recorded } };
}

it('names one request on every line from the socket’s frame to the tool and the run’s end', async () => {
  const { world, run, spans } = await sendOverSocket();

  const ids = { requestId, runId: run.runId, threadId: run.threadId, workspaceId: world.olga.workspaceId };
  const lines = world.lines.map(({ level, message, fields }) => ({ level, message, fields }));
  const stages = ['run accepted', 'run claimed', 'model answered', 'tool called', 'run ended', 'run left'];
  const story = lines.filter(({ message }) => stages.includes(message));
  expect(story.map(({ message }) => message)).toEqual([
    'run accepted',
    'run claimed',
    'model answered',
    'tool called',
    'model answered',
    'run ended',
    'run left',
  ]);
  for (const { message, fields } of story) {
    const attempt = message === 'run accepted' ? 0 : 1;
    expect(fields, message).toMatchObject({ ...ids, attempt });
  }
  expect(story[3]?.fields).toMatchObject({ tool: 'look', outcome: 'ok', durationMs: expect.any(Number) });
  // Nothing went wrong that would be said without these ids.
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);

  const socket = [...spans].find(([path]) => path === 'socket');
  expect(socket?.[1]).toMatchObject({ requestId });
  expect(spans.get('socket > queue.send > run')).toMatchObject(ids);
});

it('traces each stage as a part of the one before', async () => {
  const { spans } = await sendOverSocket();

  const run = 'socket > queue.send > run';
  expect([...spans.keys()]).toEqual(
    expect.arrayContaining([
      'socket',
      'socket > log.append',
      'socket > queue.send',
      run,
      `${run} > claim`,
      `${run} > log.append`,
      `${run} > model`,
      `${run} > tool`,
      `${run} > settle`,
      `${run} > settle > log.append`,
    ]),
  );
  expect([...spans.keys()].some((path) => path.endsWith('sockets.post'))).toBe(true);
});

it('counts each stage, and tells the values of a metric apart by kinds only', async () => {
  const { counted } = await sendOverSocket();

  expect(counted).toMatchObject({
    RunsAccepted: [1],
    AcceptMs: [expect.any(Number)],
    'RunsClaimed first': [1],
    ClaimAgeMs: [expect.any(Number)],
    FirstTokenMs: [expect.any(Number)],
    'ModelCalls demo answered': [1, 1],
    'ModelCallMs demo': [expect.any(Number), expect.any(Number)],
    'ModelFirstTokenMs demo': [expect.any(Number)],
    'ToolCalls ok': [1],
    ToolCallMs: [expect.any(Number)],
    'RunsEnded completed': [1],
    RunWorkMs: [expect.any(Number)],
    Pushes: expect.arrayContaining([1]),
  });
  expect(Object.keys(counted).filter((key) => /(run|thr|wsp|agt|usr)_|request/.test(key))).toEqual([]);
});
