import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway, type Gateway } from './gateway.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

let gateway: Gateway;
let client: ApiGatewayManagementApiClient;
let socket: TestSocket;
let id: string;

beforeEach(async () => {
  gateway = await createGateway({ port: 0, lambdas: [], socket: { routes: {} } });
  client = new ApiGatewayManagementApiClient({
    endpoint: gateway.managementUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  socket = await openSocket(gateway.socketUrl);
  id = gateway.connectionIds()[0] ?? '';
});

afterEach(async () => {
  client.destroy();
  await gateway.close();
});

function post(data: string, connectionId = id) {
  return client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: Buffer.from(data) }));
}

describe('the management API', () => {
  it('posts to a connection as text', async () => {
    await post('{"type":"événement"}');

    expect(await socket.next()).toBe('{"type":"événement"}');
    expect(gateway.counters).toMatchObject({ posts: 1, postBytes: 22 });
  });

  it('describes a connection', async () => {
    const answer = await client.send(new GetConnectionCommand({ ConnectionId: id }));

    expect(answer.ConnectedAt).toBeInstanceOf(Date);
    expect(answer.LastActiveAt).toBeInstanceOf(Date);
    expect(answer.Identity).toMatchObject({ SourceIp: '127.0.0.1' });
  });

  it('closes a connection', async () => {
    await client.send(new DeleteConnectionCommand({ ConnectionId: id }));

    expect((await socket.closed).code).toBe(1000);
  });

  it('says Gone for a connection that does not exist any more', async () => {
    gateway.dropConnection(id);
    await socket.closed;

    await expect(post('late')).rejects.toMatchObject({ name: 'GoneException', $metadata: { httpStatusCode: 410 } });
    await expect(client.send(new GetConnectionCommand({ ConnectionId: id }))).rejects.toMatchObject({
      name: 'GoneException',
    });
    await expect(post('never', '%')).rejects.toMatchObject({ name: 'GoneException' });
  });

  it('refuses more than 128 KB', async () => {
    await expect(post('x'.repeat(128 * 1024 + 1))).rejects.toMatchObject({ name: 'PayloadTooLargeException' });

    await post('x'.repeat(128 * 1024));
    expect(await socket.next()).toHaveLength(128 * 1024);
  });

  it('throttles as many posts as a test asks for', async () => {
    gateway.faults.throttleNextPosts(1);

    await expect(post('first')).rejects.toMatchObject({
      name: 'LimitExceededException',
      $metadata: { httpStatusCode: 429 },
    });
    await post('second');
    expect(await socket.next()).toBe('second');
    expect(gateway.counters.postsThrottled).toBe(1);
  });

  it('forbids requests without a signature', async () => {
    const response = await fetch(`${gateway.managementUrl}/@connections/${encodeURIComponent(id)}`, {
      method: 'POST',
      body: 'x',
    });

    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('ForbiddenException');
  });
});
