import { beforeEach, describe, expect, it } from 'vitest';
import type { SocketGateway } from './socket-gateway.ts';

export interface GatewayUnderTest {
  readonly gateway: SocketGateway;
  /** Opens a socket and returns its connection id. */
  connect(): Promise<string>;
  received(connectionId: string): Promise<string[]>;
  disconnect(connectionId: string): Promise<void>;
  /** Makes the gateway refuse the next post to the connection for being too many. */
  throttle(connectionId: string): Promise<void>;
}

export function socketGatewayContract(name: string, create: () => Promise<GatewayUnderTest>): void {
  describe(`${name} as a socket gateway`, () => {
    let world: GatewayUnderTest;

    beforeEach(async () => {
      world = await create();
    });

    it('sends to the connection that is meant, in order and unchanged', async () => {
      const [one, two] = [await world.connect(), await world.connect()];
      const payload = `{"text":"${'ä€😀'.repeat(1_000)}"}`;

      expect(await world.gateway.post(one, payload)).toBe('sent');
      expect(await world.gateway.post(one, 'second')).toBe('sent');

      expect(await world.received(one)).toEqual([payload, 'second']);
      expect(await world.received(two)).toEqual([]);
    });

    it('says that a connection has gone', async () => {
      const connectionId = await world.connect();
      await world.disconnect(connectionId);

      expect(await world.gateway.post(connectionId, 'late')).toBe('gone');
    });

    it('ends a connection, again without an error', async () => {
      const [ended, stays] = [await world.connect(), await world.connect()];

      await world.gateway.close(ended);
      await world.gateway.close(ended);

      expect(await world.gateway.post(ended, 'late')).toBe('gone');
      expect(await world.gateway.post(stays, 'on')).toBe('sent');
    });

    it('says that it takes no more at the moment', async () => {
      const connectionId = await world.connect();
      await world.throttle(connectionId);

      expect(await world.gateway.post(connectionId, 'too many')).toBe('throttled');
      expect(await world.received(connectionId)).toEqual([]);
    });
  });
}
