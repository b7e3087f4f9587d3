import { deepStrictEqual } from 'node:assert/strict';
import type { AnyEnvelope } from '#core/protocol/event.ts';
import { agentText, fold, seqsOf, upTo } from '../support/fold.ts';
import { connect, hasEnded } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newUser } from '../support/test-user.ts';
import { say } from '../support/thread-client.ts';
import { startHeldModel } from './held-model.ts';
import { insisting } from './insisting.ts';

/** What a deploy does: each worker is told to stop, and the next one only when it has. */
async function restartAll({ ecs }: TestStack): Promise<void> {
  for (const { taskArn } of ecs.tasks().filter(({ lastStatus }) => lastStatus === 'RUNNING')) {
    ecs.killTask(taskArn, 'SIGTERM');
    await ecs.taskEnded(taskArn);
  }
}

/** Asked all at once, the last would wait for longer than a gateway does. */
const askedAtOnce = 10;

/**
 * Restarts three workers while they carry live runs of two users, each of which is answered until the last worker is new.
 * Throws if anything is lost, doubled or mixed up; gives how many of the runs were handed over.
 */
export async function carryRunsThroughRestarts(count: number): Promise<number> {
  const model = await startHeldModel();
  const stack = await startTestStack({
    workers: 3,
    workerEnv: {
      MAX_RUNS: '50',
      OPENAI_API_KEY: 'sk-test-of-the-platform',
      OPENAI_BASE_URL: model.url,
      DEFAULT_MODEL: 'openai/test-model',
    },
  });
  try {
    const users = await Promise.all([newUser(stack), newUser(stack)]);
    const sockets = await Promise.all(users.map(({ token }) => connect(stack.socketUrl, { token })));
    const begin = async (index: number) => {
      const user = users[index % 2];
      const socket = sockets[index % 2];
      if (!user || !socket) throw new Error('there are two of each');
      const run = await insisting(() => say(socket, user, `I am number ${index}`));
      await insisting(() => socket.askOk({ type: 'subscribe', stream: `thread:${run.threadId}`, after: 0 }));
      return { index, user, socket, ...run };
    };
    const runs: Awaited<ReturnType<typeof begin>>[] = [];
    while (runs.length < count) {
      const next = Array.from({ length: Math.min(askedAtOnce, count - runs.length) }, (_, at) => runs.length + at);
      runs.push(...(await Promise.all(next.map(begin))));
    }
    for (const { socket, threadId } of runs) await socket.until(`thread:${threadId}`, isAnswered);

    await restartAll(stack);
    model.letGo();

    let handedOver = 0;
    for (const { index, user, socket, threadId, runId } of runs) {
      const events = await socket.until(`thread:${threadId}`, hasEnded(runId));
      const view = fold(events);
      deepStrictEqual(seqsOf(events), upTo(view.seq));
      const once = [...new Map(events.map((envelope) => [envelope.seq, envelope])).values()].toSorted(
        (a, b) => a.seq - b.seq,
      );
      const [queued, ...starts] = once.map(({ event }) => event.type).filter((type) => type.startsWith('run.'));
      deepStrictEqual([queued, starts.pop()], ['run.queued', 'run.completed']);
      deepStrictEqual(new Set(starts), new Set(['run.started']));
      if (starts.length > 1) handedOver += 1;
      deepStrictEqual(agentText(view.items).match(/I am number \d+/g), [`I am number ${index}`]);
      const snapshot = await user.call('GET /v1/threads/{threadId}', { path: { threadId } });
      deepStrictEqual(snapshot.items, view.items);
    }
    await Promise.all(sockets.map((socket) => socket.close()));
    return handedOver;
  } finally {
    await stack.stop();
    await model.stop();
  }
}

const isAnswered = (events: AnyEnvelope[]) => events.some(({ event }) => event.type === 'item.delta');
