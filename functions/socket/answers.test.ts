import { beforeEach, expect, it } from 'vitest';
import type { Wait } from '#core/domain/run-wait.ts';
import { sampleWait } from '#core/ports/samples.contract.ts';
import { createWorld, startMs, type World } from '#core/use-cases/testing.ts';
import { socketEvent, verifierOf } from '../testing.ts';
import { createSocketHandler } from './handler.ts';

let world: World;
beforeEach(async () => {
  world = createWorld();
  await handle(socketEvent('$connect', 'connection-1', { headers: { 'Sec-WebSocket-Protocol': 'bearer.olga' } }));
});

const handle = (event: ReturnType<typeof socketEvent>) => {
  const verifier = verifierOf({ olga: world.olga });
  return createSocketHandler({ ...world.deps, verifier, tickets: world.deps.connections })(event);
};

async function send(message: object): Promise<unknown> {
  const body = JSON.stringify({ id: '1', ...message });
  const reply = await handle(socketEvent('$default', 'connection-1', { body }));
  return JSON.parse(reply.body ?? '');
}

async function waiting(kind: Wait['kind']) {
  const { runId } = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Do it.' } });
  const wait = sampleWait({ kind, requestedAtMs: startMs, expiresAtMs: startMs + 60_000 });
  await world.suspend(runId, wait);
  return { runId, wait };
}

it('decides an approval, tells the same again, and refuses another decision', async () => {
  const { runId, wait } = await waiting('tool_call');
  const approve = { type: 'approval.resolve', runId, approvalId: wait.id, resolution: { decision: 'approve' } };

  expect(await send(approve)).toEqual({ id: '1', type: 'ok' });
  expect(await send(approve)).toEqual({ id: '1', type: 'ok' });
  expect(await send({ ...approve, resolution: { decision: 'reject' } })).toMatchObject({ error: { code: 'conflict' } });
  expect(await world.queued()).toEqual([runId]);
});

it('takes what a client made of a call', async () => {
  const { runId, wait } = await waiting('client_tool');
  const answer = {
    type: 'client_tool.output',
    runId,
    itemId: wait.itemId,
    result: { error: 'There is no such theme.' },
  };

  expect(await send(answer)).toEqual({ id: '1', type: 'ok' });
  expect(await send({ ...answer, result: {} })).toMatchObject({ error: { code: 'invalid_request' } });
  expect(await send({ ...answer, itemId: world.deps.newId('itm') })).toMatchObject({ error: { code: 'not_found' } });
  expect((await world.record(runId)).waits[0]?.answer).toMatchObject({ result: answer.result });
});

it('puts a message into the run that works', async () => {
  const { runId, threadId } = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Go.' } });
  await world.claim(runId);
  const steer = {
    type: 'run.start',
    threadId,
    input: { text: 'Shorter.' },
    delivery: 'steer',
    clientRequestId: 'request-0001',
  };

  const [first, second] = [await send(steer), await send(steer)];

  expect(first).toMatchObject({ type: 'ok', run: { runId, threadId } });
  expect(second).toEqual(first);
  expect((await world.record(runId)).steered).toHaveLength(1);
});
