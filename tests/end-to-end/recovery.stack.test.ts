import { afterAll, beforeAll, expect, it } from 'vitest';
import { agentText, fold, seqsOf, upTo } from '../support/fold.ts';
import { connect, hasEnded } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newUser } from '../support/test-user.ts';
import { say } from '../support/thread-client.ts';

let stack: TestStack;

beforeAll(async () => {
  // The answer takes longer than a worker has to stop.
  stack = await startTestStack({ workerEnv: { DEMO_TOKENS_PER_SECOND: '150', STOP_TIMEOUT_SECONDS: '1' } });
});
afterAll(() => stack?.stop());

/** A run in mid-answer, and what its client sees of it. */
async function runInMidAnswer() {
  const user = await newUser(stack);
  const socket = await connect(stack.socketUrl, { token: user.token });
  const run = await say(socket, user, 'Write a long answer');
  const stream = `thread:${run.threadId}` as const;
  await socket.askOk({ type: 'subscribe', stream, after: 0 });
  await socket.until(stream, (events) => events.length >= 10);
  return { ...run, socket, stream };
}

const workers = () => stack.ecs.tasks().filter(({ lastStatus }) => lastStatus === 'RUNNING');

it('finishes a run elsewhere when its worker is killed, and the client sees one whole answer', async () => {
  const { socket, stream, runId } = await runInMidAnswer();
  const [worker] = workers();
  if (!worker) throw new Error('there is a worker');

  stack.ecs.killTask(worker.taskArn, 'SIGKILL');
  await socket.until(stream, hasEnded(runId));
  // What was appended and not pushed before the kill is a gap, and a client asks for it.
  await socket.askOk({ type: 'subscribe', stream, after: fold(socket.pushed(stream)).seq });
  const events = socket.pushed(stream);

  const view = fold(events);
  const text = agentText(view.items);
  expect(seqsOf(events)).toEqual(upTo(view.seq));
  expect(view.runs[runId]).toMatchObject({ status: 'completed', attempt: 2 });
  expect(text.match(/# A long answer/g)).toHaveLength(1);
  expect(text).toContain('That was all.');
  await socket.close();
});

it('hands a run over when its worker is told to stop', async () => {
  const { socket, stream, runId } = await runInMidAnswer();
  const [worker] = workers();
  if (!worker) throw new Error('there is a worker');

  stack.ecs.killTask(worker.taskArn, 'SIGTERM');
  await stack.ecs.taskEnded(worker.taskArn);
  const events = await socket.until(stream, hasEnded(runId));

  const view = fold(events);
  const textBy = (attempt: number) =>
    events.filter((envelope) => envelope.attempt === attempt && envelope.event.type === 'item.delta').length;
  expect(view.runs[runId]).toMatchObject({ status: 'completed', attempt: 2 });
  // The first worker is gone by now: another one has said the rest.
  expect(Math.min(textBy(1), textBy(2))).toBeGreaterThan(0);
  expect(seqsOf(events)).toEqual(upTo(view.seq));
  expect(agentText(view.items).match(/# A long answer/g)).toHaveLength(1);
  expect(agentText(view.items)).toContain('That was all.');
  await socket.close();
});
