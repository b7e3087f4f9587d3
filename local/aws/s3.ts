// The S3 stand-in, in its own process: `node local/aws/s3.ts '{"port":…,"dataFolder":…,"buckets":[…]}'`.
import { mkdir } from 'node:fs/promises';
import { startFauxqs } from 'fauxqs';
import { type Served, serveAsChild } from './child-entry.ts';
import { listenOnLoopbackOnly } from './loopback.ts';
import { S3Argument } from './s3-definition.ts';

async function start(argument: unknown): Promise<Served> {
  const { port, dataFolder, buckets } = S3Argument.parse(argument);
  if (dataFolder) await mkdir(dataFolder, { recursive: true });
  listenOnLoopbackOnly();
  const kept = dataFolder ? { dataDir: dataFolder } : {};
  const server = await startFauxqs({ port, logger: false, init: { buckets }, defaultRegion: 'us-east-1', ...kept });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop() };
}

await serveAsChild('s3', start);
