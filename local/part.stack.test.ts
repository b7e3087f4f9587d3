import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Part, startPart } from './part.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-part-'));
const ended: unknown[] = [];
let part: Part;
beforeAll(async () => {
  part = await startPart({
    entry: new URL('./aws/sqs.ts', import.meta.url),
    port: 0,
    setup: (port) => ({
      argument: { port, dataFolder: folder, queues: [{ name: 'one.fifo', visibilityTimeoutSeconds: 20 }] },
      env: { PATH: process.env['PATH'] ?? '', AWS_REGION: 'us-east-1' },
    }),
    options: {},
    onEnded: (how) => ended.push(how),
  });
});
afterAll(async () => {
  await part?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const answers = () => fetch(part.url).then(() => true);

it('answers at the same address after a crash', async () => {
  const { url, pid } = part;

  await part.crash();
  await expect(answers()).rejects.toThrow('fetch failed');
  await part.restart();

  expect(await answers()).toBe(true);
  expect(part.url).toBe(url);
  expect(part.pid).not.toBe(pid);
  expect(ended).toEqual([]);
});

it('tells when it has ended by itself', async () => {
  const { exited } = part;
  part.kill('SIGKILL');
  await exited;

  expect(ended).toEqual(['SIGKILL']);
  await part.restart();
});
