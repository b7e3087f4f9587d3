import { afterAll, beforeAll, expect, it } from 'vitest';
import { agentText, fold, seqsOf, upTo } from '../support/fold.ts';
import { connect, hasEnded } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newUser } from '../support/test-user.ts';
import { say } from '../support/thread-client.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({ workers: 2, workerEnv: { DEMO_TOKENS_PER_SECOND: '200', MAX_RUNS: '60' } });
});
afterAll(() => stack?.stop());

it('carries 100 runs at once, of two users, with nothing lost, doubled or mixed up', async () => {
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

  for (const { index, user, socket, threadId, runId } of runs) {
    const events = await socket.until(`thread:${threadId}`, hasEnded(runId));
    const view = fold(events);
    expect(seqsOf(events)).toEqual(upTo(view.seq));
    const once = [...new Map(events.map((envelope) => [envelope.seq, envelope])).values()].toSorted(
      (a, b) => a.seq - b.seq,
    );
    expect(once.map(({ event }) => event.type).filter((type) => type.startsWith('run.'))).toEqual([
      'run.queued',
      'run.started',
      'run.completed',
    ]);
    expect(agentText(view.items)).toContain(`You wrote "I am number ${index}."`);
    const snapshot = await user.call('GET /v1/threads/{threadId}', { path: { threadId } });
    expect(snapshot.items).toEqual(view.items);
  }
  await Promise.all(sockets.map((socket) => socket.close()));
});
