import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { socketGatewayContract } from '#core/ports/socket-gateway.contract.ts';
import { createApiGatewaySockets } from './api-gateway-sockets.ts';
import { localClients } from './testing.ts';

/** The management API as API Gateway answers: per connection what it got, or the error that it gives. */
const connections = new Map<string, string[] | { status: number; error: string }>();
let server: Server;
let socketEndpoint: string;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const payload = await text(request);
    const name = request.url?.replace('/prod/@connections/', '') ?? '';
    const state = connections.get(name) ?? gone;
    if (Array.isArray(state) && request.method === 'DELETE') connections.set(name, gone);
    else if (Array.isArray(state)) state.push(payload);
    else response.writeHead(state.status, { 'x-amzn-errortype': state.error });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  socketEndpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/prod`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const gone = { status: 410, error: 'GoneException' };
const create = () => createApiGatewaySockets({ client: localClients({ socketEndpoint }).sockets });

socketGatewayContract('API Gateway', async () => ({
  gateway: create(),
  connect: async () => {
    const connectionId = `${crypto.randomUUID()}=`;
    connections.set(encodeURIComponent(connectionId), []);
    return connectionId;
  },
  received: async (connectionId) => {
    const state = connections.get(encodeURIComponent(connectionId));
    return Array.isArray(state) ? state : [];
  },
  disconnect: async (connectionId) => void connections.set(encodeURIComponent(connectionId), gone),
  throttle: async (connectionId) =>
    void connections.set(encodeURIComponent(connectionId), { status: 429, error: 'LimitExceededException' }),
}));

it.each([
  [500, 'InternalServerException', 'unavailable'],
  [403, 'ForbiddenException', 'internal'],
])('reports status %i %s as %s', async (status, error, code) => {
  connections.set('broken', { status, error });

  await expect(create().post('broken', 'x')).rejects.toMatchObject({ code });
});
