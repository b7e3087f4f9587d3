import { socketGatewayContract } from '#core/ports/socket-gateway.contract.ts';
import { createMemorySocketGateway } from './memory-socket-gateway.ts';

socketGatewayContract('memory', async () => {
  const gateway = createMemorySocketGateway();
  return {
    gateway,
    connect: async () => crypto.randomUUID(),
    received: async (connectionId) =>
      gateway.posts.filter((post) => post.connectionId === connectionId).map(({ payload }) => payload),
    disconnect: async (connectionId) => gateway.answer(connectionId, 'gone'),
    throttle: async (connectionId) => gateway.answer(connectionId, 'throttled'),
  };
});
