import { afterAll, beforeAll, expect, it } from 'vitest';
import { agentText, fold, seqsOf, upTo } from '../support/fold.ts';
import { connect, hasEnded } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newUser } from '../support/test-user.ts';
import { say } from '../support/thread-client.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({ workers: 3, workerEnv: { DEMO_TOKENS_PER_SECOND: '30', MAX_RUNS: '50' } });
});
afterAll(() => stack?.stop());

const workers = () => stack.ecs.tasks().filter(({ lastStatus }) => lastStatus === 'RUNNING');

/** What a deploy does: each worker is told to stop, and the next one only when it has. */
async function restartAll(): Promise<void> {
  for (const { taskArn } of workers()) {
    stack.ecs.killTask(taskArn, 'SIGTERM');
    await stack.ecs.taskEnded(taskArn);
  }
}

it('carries 100 live runs of two users through a rolling restart of three workers, with nothing lost, doubled or mixed up', {
  timeout: 180_000,
}, async () => {
  const users = await Promise.all([newUser(stack), newUser(stack)]);
  const sockets = await Promise.all(users.map(({ token }) => connect(stack.socketUrl, { token })));

  const runs = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const user = users[index % 2];
      const socket = sockets[index % 2];
      if (!user || !socket) throw new Error('there are two of each');
      const run = await say(socket, user, `I am number ${index}.`);
      await socket.askOk({ type: 'subscribe', stream: `thread:${run.threadId}`, after: 0 });
      return { index, user, socket, ...run };
    }),
  );

  await restartAll();

  let handedOver = 0;
  for (const { index, user, socket, threadId, runId } of runs) {
    const events = await socket.until(`thread:${threadId}`, hasEnded(runId));
    const view = fold(events);
    expect(seqsOf(events)).toEqual(upTo(view.seq));
    const once = [...new Map(events.map((envelope) => [envelope.seq, envelope])).values()].toSorted(
      (a, b) => a.seq - b.seq,
    );
    const [queued, ...starts] = once.map(({ event }) => event.type).filter((type) => type.startsWith('run.'));
    expect([queued, starts.pop()]).toEqual(['run.queued', 'run.completed']);
    expect(new Set(starts)).toEqual(new Set(['run.started']));
    if (starts.length > 1) handedOver += 1;
    expect(agentText(view.items).split(`You wrote "I am number ${index}."`)).toHaveLength(2);
    const snapshot = await user.call('GET /v1/threads/{threadId}', { path: { threadId } });
    expect(snapshot.items).toEqual(view.items);
  }
  expect(handedOver).toBeGreaterThan(0);
  await Promise.all(sockets.map((socket) => socket.close()));
});
