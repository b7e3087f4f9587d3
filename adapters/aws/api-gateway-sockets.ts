import { type ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import type { SocketGateway } from '#core/ports/socket-gateway.ts';
import { errorName, isThrottled, toPlatformError } from './errors.ts';

/** Pushes through the management API of API Gateway. */
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
  };
}
