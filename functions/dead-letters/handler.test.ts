import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { unavailable } from '#core/errors.ts';
import { createWorld, type World } from '#core/use-cases/testing.ts';
import { createDeadLettersHandler } from './handler.ts';

const letter = (messageId: string, body: string): SQSRecord => ({
  messageId,
  body,
  receiptHandle: `receipt-${messageId}`,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1795251600000',
    SenderId: 'AIDAEXAMPLE',
    ApproximateFirstReceiveTimestamp: '1795251600000',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:dead-letters.fifo',
  awsRegion: 'us-east-1',
});

async function begin(world: World) {
  const { runId, threadId } = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Hello' } });
  const { workspaceId } = world.olga;
  return { runId, body: JSON.stringify({ version: 1, runId, threadId, workspaceId, requestId: 'request-1' }) };
}

describe('the handler of dead letters', () => {
  it('ends the run of each', async () => {
    const world = createWorld();
    const [one, two] = [await begin(world), await begin(world)];

    const reply = await createDeadLettersHandler(world.deps)({
      Records: [letter('1', one.body), letter('2', two.body)],
    });

    expect(reply).toEqual({ batchItemFailures: [] });
    for (const { runId } of [one, two])
      expect(await world.record(runId)).toMatchObject({ status: 'failed', settled: true });
  });

  it('reports only those that failed, and does the rest', async () => {
    const world = createWorld();
    const [one, two, three] = [await begin(world), await begin(world), await begin(world)];
    const { change } = world.deps.runs;
    const runs: typeof world.deps.runs = {
      ...world.deps.runs,
      change: async (runId, decide) => {
        if (runId === two.runId) throw unavailable('The run store', new Error('down'));
        return change(runId, decide);
      },
    };
    const Records = [letter('1', one.body), letter('2', two.body), letter('3', three.body)];

    const reply = await createDeadLettersHandler({ ...world.deps, runs })({ Records });

    expect(reply).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(await world.record(three.runId)).toMatchObject({ status: 'failed' });
    expect(world.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { messageId: '2', runId: two.runId, requestId: 'request-1' } },
    ]);
    expect(world.metrics.recorded).toMatchObject({ DeadLetters: [1, 1], RunFaults: [1, 1] });
  });

  it('leaves a message of a later version in the queue, for the handler of that one', async () => {
    const world = createWorld();

    const reply = await createDeadLettersHandler(world.deps)({ Records: [letter('1', '{"version":2,"of":"a run"}')] });

    expect(reply).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  });

  it.each(['no json', '{}', '{"version":1}', 'null'])('lets go of what can never be handled: %s', async (body) => {
    const world = createWorld();

    const reply = await createDeadLettersHandler(world.deps)({ Records: [letter('1', body)] });

    expect(reply).toEqual({ batchItemFailures: [] });
    expect(world.lines).toMatchObject([{ level: 'error', fields: { messageId: '1' } }]);
  });
});
