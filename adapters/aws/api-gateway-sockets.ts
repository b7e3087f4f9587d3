import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { SocketGateway } from '#core/ports/socket-gateway.ts';
import { errorName, isThrottled, toPlatformError } from './errors.ts';

/** Pushes and closes through the management API of API Gateway. */
export function createApiGatewaySockets(options: { client: ApiGatewayManagementApiClient }): SocketGateway {
  return {
    async post(connectionId, payload) {
      try {
        await options.client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: payload }));
        return 'sent';
      } catch (error) {
        if (errorName(error) === 'GoneException') return 'gone';
        if (isThrottled(error)) return 'throttled';
        throw toPlatformError('The socket gateway', error);
      }
    },
    async close(connectionId) {
      try {
        await options.client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      } catch (error) {
        if (errorName(error) !== 'GoneException') throw toPlatformError('The socket gateway', error);
      }
    },
  };
}
