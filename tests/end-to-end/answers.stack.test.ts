import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyEnvelope } from '#core/protocol/event.ts';
import type { RunId, ThreadId } from '#core/protocol/ids.ts';
import { liveRuns, type ThreadView } from '#core/protocol/thread-view.ts';
import { agentText, fold } from '../support/fold.ts';
import { connect, hasEnded, type TestSocket } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newRequestId, newUser, type TestUser } from '../support/test-user.ts';
import { accepted, sayOn } from '../support/thread-client.ts';

let stack: TestStack;
let user: TestUser;
let socket: TestSocket;

beforeAll(async () => {
  stack = await startTestStack({ workerEnv: { DEMO_TOKENS_PER_SECOND: '200' } });
  user = await newUser(stack);
  socket = await connect(stack.socketUrl, { token: user.token });
});
afterAll(async () => {
  await socket?.close();
  await stack?.stop();
});

const workspaceId = () => user.agents['Personal Assistant']?.workspaceId ?? '';

/** An agent that may not look at the clock unless somebody lets it. */
async function carefulAgent(): Promise<string> {
  const { id } = await user.call('POST /v1/agents', {
    body: {
      workspaceId: workspaceId(),
      name: 'Careful',
      tools: ['current_time', 'switch_theme'],
      toolPolicies: { current_time: { approval: 'always' } },
    },
  });
  return id;
}

/** Starts a thread with an agent, and listens to it. */
async function begin(agentId: string, text: string) {
  const reply = await socket.askOk({
    type: 'run.start',
    agentId,
    input: { text },
    clientRequestId: newRequestId(),
  });
  const { threadId, runId } = accepted(reply.run);
  const stream = `thread:${threadId}` as const;
  await socket.askOk({ type: 'subscribe', stream, after: 0 });
  return { threadId, runId, stream };
}

type Stream = Awaited<ReturnType<typeof begin>>['stream'];
const until = async (stream: Stream, when: (view: ThreadView) => boolean): Promise<ThreadView> =>
  fold(await socket.until(stream, (events: AnyEnvelope[]) => when(fold(events))));

const waits = (runId: RunId) => (view: ThreadView) =>
  liveRuns(view).some(({ id, status }) => id === runId && status.startsWith('awaiting'));

const pending = async () =>
  (await user.call('GET /v1/approvals', { query: { workspaceId: workspaceId(), limit: '10' } })).data;
const ask = 'Call current_time {"timeZone": "Asia/Tokyo"}';

describe('an approval', () => {
  it('lets the call be made, and is not asked for again once it was given for good', async () => {
    const agentId = await carefulAgent();
    const { runId, stream } = await begin(agentId, ask);
    await until(stream, waits(runId));
    const [asked] = await pending();

    await socket.askOk({
      type: 'approval.resolve',
      runId,
      approvalId: asked?.id,
      resolution: { decision: 'approve', scope: 'always' },
    });
    const view = fold(await socket.until(stream, hasEnded(runId)));
    const later = await begin(agentId, ask);
    const again = fold(await socket.until(later.stream, hasEnded(later.runId)));

    expect(asked).toMatchObject({ runId, kind: 'tool_call', call: { name: 'current_time' }, mayDecide: true });
    expect(view.items.map(({ type }) => type)).toEqual(['user_message', 'tool_call', 'approval', 'agent_message']);
    expect(view.items[1]).toMatchObject({ result: { ok: true, output: expect.stringContaining('Asia/Tokyo') } });
    expect(view.items[2]).toMatchObject({ status: 'approved' });
    expect(again.items.map(({ type }) => type)).toEqual(['user_message', 'tool_call', 'agent_message']);
    expect(await pending()).toEqual([]);
  });

  it('that is rejected keeps the call from being made, and the model is told why', async () => {
    const { runId, stream } = await begin(await carefulAgent(), ask);
    await until(stream, waits(runId));
    const [asked] = await pending();

    await user.call('POST /v1/runs/{runId}/approvals/{approvalId}', {
      path: { runId, approvalId: asked?.id ?? '' },
      body: { resolution: { decision: 'reject', reason: 'It is too late for that.' } },
    });
    const view = fold(await socket.until(stream, hasEnded(runId)));

    expect(view.items[1]).toMatchObject({ result: { ok: false, output: expect.stringContaining('too late') } });
    expect(view.items[2]).toMatchObject({ type: 'approval', status: 'rejected' });
    expect(JSON.stringify(view.items[1])).not.toContain('Tokyo,');
    expect(view.runs[runId]?.status).toBe('completed');
  });
});

describe('a run that waits', () => {
  it('is answered by a client, and what was said meanwhile comes after it', async () => {
    const { runId, threadId, stream } = await begin(await carefulAgent(), 'Make it dark, please');
    const view = await until(stream, waits(runId));
    const next = await sayOn(socket, threadId, 'Hello?');
    const call = view.items.find(({ type }) => type === 'tool_call');

    await socket.askOk({ type: 'client_tool.output', runId, itemId: call?.id, result: { output: 'dark' } });
    const whole = fold(await socket.until(stream, hasEnded(next.runId)));

    expect(call).toMatchObject({ name: 'switch_theme', awaitsClient: {} });
    expect(Object.values(whole.runs).map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(agentText(whole.items)).toContain('dark');
    const places = whole.items.map(({ runId: id }) => id);
    expect(places.lastIndexOf(runId)).toBeLessThan(places.indexOf(next.runId));
  });

  it('can be killed, and the next of its thread begins', async () => {
    const { runId, threadId, stream } = await begin(await carefulAgent(), ask);
    await until(stream, waits(runId));
    const next = await sayOn(socket, threadId, 'Hello?');

    const killed = await user.call('POST /v1/runs/{runId}/kill', { path: { runId } });
    const view = fold(await socket.until(stream, hasEnded(next.runId)));

    expect(killed).toMatchObject({ id: runId, status: 'cancelled' });
    expect(view.runs[runId]?.status).toBe('cancelled');
    expect(view.items.find(({ type }) => type === 'approval')).toMatchObject({ status: 'cancelled' });
    expect(view.runs[next.runId]?.status).toBe('completed');
  });
});

describe('branches', () => {
  const start = async (threadId: ThreadId, request: object) =>
    accepted((await socket.askOk({ type: 'run.start', threadId, clientRequestId: newRequestId(), ...request })).run);

  it('stand beside each other, after a reload too', async () => {
    const { runId, threadId, stream } = await begin(user.agents['Personal Assistant']?.id ?? '', 'Hello');
    await socket.until(stream, hasEnded(runId));

    const again = await start(threadId, { regenerate: runId });
    await socket.until(stream, hasEnded(again.runId));
    const edited = await start(threadId, { input: { text: 'Good morning' }, replaces: runId });
    const view = fold(await socket.until(stream, hasEnded(edited.runId)));
    const reloaded = await user.call('GET /v1/threads/{threadId}', { path: { threadId } });

    expect(view.runs[again.runId]).toMatchObject({ parentRunId: null, regenerates: runId });
    expect(view.runs[edited.runId]).toMatchObject({ parentRunId: null, replaces: runId });
    expect(reloaded.runs).toEqual(Object.values(view.runs));
    expect(reloaded.items).toEqual(view.items);
  });

  it('are not begun by a message that is put into the run that works', async () => {
    const { runId, threadId, stream } = await begin(
      user.agents['Personal Assistant']?.id ?? '',
      'Tell me a long story',
    );
    await socket.until(stream, (events) => events.some(({ event }) => event.type === 'item.delta'));

    const steered = await start(threadId, { input: { text: 'Show me markdown' }, delivery: 'steer' });
    const view = fold(await socket.until(stream, hasEnded(runId)));

    expect(steered.runId).toBe(runId);
    expect(Object.keys(view.runs)).toEqual([runId]);
    expect(agentText(view.items)).toContain('| part | what it does |');
  });
});
