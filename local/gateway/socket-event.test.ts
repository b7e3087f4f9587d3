import { describe, expect, it } from 'vitest';
import { disconnectEvent, disconnectReason, messageEvent } from './socket-event.ts';

const connection = {
  connectionId: 'abc=',
  connectedAt: 1_000,
  domainName: 'localhost:3000',
  stage: 'local',
  apiId: 'localsocket',
  sourceIp: '127.0.0.1',
  userAgent: 'test',
};

describe('socket events', () => {
  it('gives a message its id, its route and the context of its connection', () => {
    const event = messageEvent(connection, { routeKey: 'ping', messageId: 'm=', body: '{}' });

    expect(event).toMatchObject({
      body: '{}',
      isBase64Encoded: false,
      requestContext: {
        routeKey: 'ping',
        eventType: 'MESSAGE',
        messageId: 'm=',
        connectionId: 'abc=',
        connectedAt: 1_000,
        domainName: 'localhost:3000',
        stage: 'local',
        apiId: 'localsocket',
        identity: { sourceIp: '127.0.0.1', userAgent: 'test' },
      },
    });
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  it('says how a connection ended', () => {
    const event = disconnectEvent(
      { ...connection, authorizer: { role: 'owner' } },
      { code: 1001, reason: 'Going away' },
    );

    expect(event.requestContext).toMatchObject({
      routeKey: '$disconnect',
      eventType: 'DISCONNECT',
      disconnectStatusCode: 1001,
      disconnectReason: 'Going away',
      authorizer: { role: 'owner' },
    });
  });

  it("words the reason as API Gateway does, unless the client's close frame has one", () => {
    expect(disconnectReason(1005, '')).toBe('Client-side close frame status not set');
    expect(disconnectReason(1000, 'bye')).toBe('bye');
  });
});
