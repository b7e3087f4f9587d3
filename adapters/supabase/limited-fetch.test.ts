import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataOf } from './errors.ts';
import { createLimitedFetch } from './limited-fetch.ts';
import { within } from './own-projects.ts';
import { createPostgrest } from './postgrest.ts';

let server: Server;
let url: string;
beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.method === 'DELETE') return void response.writeHead(204).end();
    const text = JSON.stringify('x'.repeat(request.url?.endsWith('/large') ? 1_000_000 : 1_000));
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const rest = () =>
  createPostgrest({ url, publishableKey: 'sb_publishable_theirs', fetch: createLimitedFetch(fetch, 10_000) });

it('reads an answer that is small enough, and one without a body', async () => {
  expect(dataOf(await rest().rpc('small', {}))).toBe('x'.repeat(1_000));
  expect(dataOf(await rest().from('things').delete().eq('id', 1))).toBeNull();
});

it('reads no more of an answer than may be, however small it was packed', async () => {
  const large = within(async () => dataOf(await rest().rpc('large', {})));

  await expect(large).rejects.toMatchObject({ code: 'project_unavailable', details: [{ path: 'project' }] });
});
