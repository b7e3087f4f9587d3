import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FaultModel, type ModelBehaviour, startFaultModel } from '../support/fault-model.ts';
import { agentText, fold } from '../support/fold.ts';
import { connect, hasEnded, type TestSocket } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newRequestId, newUser, type TestUser } from '../support/test-user.ts';
import { accepted, say } from '../support/thread-client.ts';

let model: FaultModel;
let stack: TestStack;
let user: TestUser;
let socket: TestSocket;

beforeAll(async () => {
  model = await startFaultModel();
  stack = await startTestStack({
    workerEnv: {
      OPENAI_API_KEY: 'sk-test-of-the-platform',
      OPENAI_BASE_URL: model.url,
      DEFAULT_MODEL: 'openai/test-model',
      MODEL_TRIES: '2',
    },
  });
  user = await newUser(stack);
  socket = await connect(stack.socketUrl, { token: user.token });
});
afterAll(async () => {
  await stack?.stop();
  await model?.stop();
});

const troubles: [string, ModelBehaviour, string][] = [
  ['its key is refused', { kind: 'status', status: 401 }, 'model_key_refused'],
  ['it does not know the model', { kind: 'status', status: 404 }, 'model_unknown'],
  ['it takes no more requests', { kind: 'status', status: 429 }, 'model_rate_limited'],
  ['it is out of order', { kind: 'status', status: 500 }, 'model_unavailable'],
  ['it sends garbage', { kind: 'garbage' }, 'model_bad_response'],
  ['its stream is cut', { kind: 'cut' }, 'model_stream_cut'],
  ['it sends nothing', { kind: 'nothing' }, 'model_stream_cut'],
];

it.each(troubles)(
  'fails a run with a reason when %s, and answers when it is tried again',
  async (_name, trouble, code) => {
    model.behave(trouble);
    const { threadId, runId } = await say(socket, user, 'Hello');
    const stream = `thread:${threadId}` as const;
    await socket.askOk({ type: 'subscribe', stream, after: 0 });
    const failed = fold(await socket.until(stream, hasEnded(runId)));

    const before = model.requests;
    model.behave({ kind: 'answer', text: 'Now it works.' });
    const reply = await socket.askOk({ type: 'run.start', threadId, retryOf: runId, clientRequestId: newRequestId() });
    const retry = accepted(reply.run);
    const view = fold(await socket.until(stream, hasEnded(retry.runId)));

    expect(failed.runs[runId]).toMatchObject({
      status: 'failed',
      error: { code, message: expect.stringMatching(/\w+.*\./) },
    });
    expect(view.runs[retry.runId]).toMatchObject({
      status: 'completed',
      retryOf: runId,
      usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 5, reasoningTokens: 2 },
    });
    expect(model.requests - before).toBe(1);
    expect(agentText(view.items)).toContain('Now it works.');
    expect(view.items.filter(({ type }) => type === 'user_message')).toHaveLength(1);
    const snapshot = await user.call('GET /v1/threads/{threadId}', { path: { threadId } });
    expect(snapshot.items).toEqual(view.items);
  },
);

it('fails a run with a reason when the server of the model is down', async () => {
  await model.stop();

  const { threadId, runId } = await say(socket, user, 'Hello');
  const stream = `thread:${threadId}` as const;
  await socket.askOk({ type: 'subscribe', stream, after: 0 });
  const view = fold(await socket.until(stream, hasEnded(runId)));

  expect(view.runs[runId]).toMatchObject({ status: 'failed', error: { code: 'model_unavailable' } });
});
