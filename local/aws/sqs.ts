// The SQS stand-in, in its own process: `node local/aws/sqs.ts '{"port":…,"dataFolder":…,"queues":[…]}'`.
import { mkdir } from 'node:fs/promises';
import { startFauxqs } from 'fauxqs';
import { callAwsJson } from './aws-json.ts';
import { type Served, serveAsChild } from './child-entry.ts';
import { mendFauxqsRelease } from './fauxqs-release.ts';
import { listenOnLoopbackOnly } from './loopback.ts';
import { queueAttributes, queueUrl, SqsArgument, withDeadLetterQueues } from './sqs-definition.ts';

async function start(argument: unknown): Promise<Served> {
  const { port, dataFolder, queues } = SqsArgument.parse(argument);
  if (dataFolder) await mkdir(dataFolder, { recursive: true });
  listenOnLoopbackOnly();
  await mendFauxqsRelease();
  const kept = dataFolder ? { dataDir: dataFolder } : {};
  const server = await startFauxqs({ port, logger: false, init: {}, defaultRegion: 'us-east-1', ...kept });
  const url = `http://127.0.0.1:${server.port}`;
  const call = (operation: string, input: object) =>
    callAwsJson({ url, name: 'sqs', target: 'AmazonSQS', version: '1.0' }, operation, input);
  for (const queue of withDeadLetterQueues(queues)) {
    const { fixed, settable } = queueAttributes(queue);
    try {
      await call('CreateQueue', { QueueName: queue.name, Attributes: { ...fixed, ...settable } });
    } catch (error) {
      if (!(error instanceof Error && error.name === 'QueueNameExists')) throw error;
      // The queue is from an earlier start with another definition: the definition wins, the messages stay.
      await call('SetQueueAttributes', { QueueUrl: queueUrl(url, queue.name), Attributes: settable });
    }
  }
  return { url, stop: () => server.stop() };
}

await serveAsChild('sqs', start);
