import { beforeEach, describe, expect, it } from 'vitest';
import type { Connection, ConnectionStore, TicketStore } from './connection-store.ts';
import { newStream, newUserId } from './samples.contract.ts';

export function connectionStoreContract(name: string, create: () => Promise<ConnectionStore & TicketStore>): void {
  describe(`${name} as a connection store`, () => {
    let store: ConnectionStore & TicketStore;

    beforeEach(async () => {
      store = await create();
    });

    it('keeps a connection until it closes', async () => {
      const connection = await opened();

      expect(await store.get(connection.connectionId)).toEqual(connection);
      await store.close(connection.connectionId);
      expect(await store.get(connection.connectionId)).toBeNull();
    });

    it('keeps an anonymous connection without an e-mail address', async () => {
      const connection = await opened({ isAnonymous: true, email: null });

      expect(await store.get(connection.connectionId)).toEqual(connection);
    });

    it('moves the time at which a connection runs out', async () => {
      const connection = await opened();

      await store.refresh(connection.connectionId, 2_000);

      expect(await store.get(connection.connectionId)).toEqual({ ...connection, expiresAtMs: 2_000 });
    });

    it('makes no connection out of a refresh', async () => {
      const connectionId = crypto.randomUUID();

      await store.refresh(connectionId, 2_000);

      expect(await store.get(connectionId)).toBeNull();
    });

    it('knows who listens to a stream', async () => {
      const [stream, other] = [newStream(), newStream()];
      const [one, two] = [await opened(), await opened()];

      await store.subscribe(one.connectionId, stream);
      await store.subscribe(one.connectionId, stream);
      await store.subscribe(two.connectionId, stream);
      await store.subscribe(two.connectionId, other);

      expect((await store.subscribers(stream)).toSorted()).toEqual([one.connectionId, two.connectionId].toSorted());
      expect(await store.subscribers(other)).toEqual([two.connectionId]);
      expect(await store.subscribers(newStream())).toEqual([]);
    });

    it('forgets a subscription, and only that one', async () => {
      const [stream, other] = [newStream(), newStream()];
      const { connectionId } = await opened();
      await store.subscribe(connectionId, stream);
      await store.subscribe(connectionId, other);

      await store.unsubscribe(connectionId, stream);
      await store.unsubscribe(connectionId, stream);

      expect(await store.subscribers(stream)).toEqual([]);
      expect(await store.subscribers(other)).toEqual([connectionId]);
    });

    it('forgets all subscriptions of a connection that closes, however many, and nobody else’s', async () => {
      const streams = Array.from({ length: 40 }, newStream);
      const [gone, stays] = [await opened(), await opened()];
      await Promise.all(streams.map((stream) => store.subscribe(gone.connectionId, stream)));
      for (const stream of streams.slice(0, 3)) await store.subscribe(stays.connectionId, stream);

      await store.close(gone.connectionId);

      const left = await Promise.all(streams.map((stream) => store.subscribers(stream)));
      expect(left.flat()).toEqual([stays.connectionId, stays.connectionId, stays.connectionId]);
      expect(await store.get(stays.connectionId)).toEqual(stays);
    });

    it('forgets the subscriptions of a connection that was never opened', async () => {
      const stream = newStream();
      const connectionId = crypto.randomUUID();
      await store.subscribe(connectionId, stream);

      await store.close(connectionId);
      await store.close(connectionId);

      expect(await store.subscribers(stream)).toEqual([]);
    });

    it('shows each subscription as soon as it has been made, to whoever asks', async () => {
      const stream = newStream();
      const connections = await Promise.all(Array.from({ length: 100 }, () => opened()));

      await Promise.all(
        connections.map(async ({ connectionId }) => {
          await store.subscribe(connectionId, stream);
          expect(await store.subscribers(stream)).toContain(connectionId);
        }),
      );

      expect(await store.subscribers(stream)).toHaveLength(100);
    });

    async function opened(fields: Partial<Connection> = {}): Promise<Connection> {
      const connection = { ...holder(), connectionId: crypto.randomUUID(), ...fields };
      await store.open(connection);
      return connection;
    }
  });

  describe(`${name} as a ticket store`, () => {
    let store: TicketStore;

    beforeEach(async () => {
      store = await create();
    });

    it('gives the holder of a ticket once', async () => {
      const ticket = crypto.randomUUID();
      const issued = holder();
      await store.issue(ticket, issued, 1_000);

      expect(await store.redeem(ticket, 999)).toEqual(issued);
      expect(await store.redeem(ticket, 999)).toBeNull();
    });

    it('gives it to one of twenty that come at once', async () => {
      const ticket = crypto.randomUUID();
      await store.issue(ticket, holder(), 1_000);

      const redeemed = await Promise.all(Array.from({ length: 20 }, () => store.redeem(ticket, 1_000)));

      expect(redeemed.filter((found) => found !== null)).toHaveLength(1);
    });

    it('knows no ticket that is too old or was never issued', async () => {
      const ticket = crypto.randomUUID();
      await store.issue(ticket, holder(), 1_000);

      expect(await store.redeem(ticket, 1_001)).toBeNull();
      expect(await store.redeem(crypto.randomUUID(), 0)).toBeNull();
    });

    it('keeps tickets apart', async () => {
      const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
      const [holderOne, holderTwo] = [holder(), holder()];
      await store.issue(one, holderOne, 1_000);
      await store.issue(two, holderTwo, 1_000);

      expect(await store.redeem(two, 0)).toEqual(holderTwo);
      expect(await store.redeem(one, 0)).toEqual(holderOne);
    });
  });
}

const holder = (): Omit<Connection, 'connectionId'> => ({
  userId: newUserId(),
  isAnonymous: false,
  email: 'ada@example.com',
  expiresAtMs: 1_000,
});
