import { beforeEach, describe, expect, it } from 'vitest';
import type { PersonPrincipal } from '../domain/principal.ts';
import type { Connection, ConnectionStore, TicketStore } from './connection-store.ts';
import type { StreamName } from './event-log.ts';
import { newId, newStream, newUserId } from './samples.contract.ts';
import type { SessionStore } from './session-store.ts';

export function connectionStoreContract(
  name: string,
  create: () => Promise<ConnectionStore & TicketStore & SessionStore>,
): void {
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

      await store.subscribe(one, stream);
      await store.subscribe(one, stream);
      await store.subscribe(two, stream);
      await store.subscribe(two, other);

      expect((await listeners(stream)).toSorted()).toEqual([one.connectionId, two.connectionId].toSorted());
      expect(await listeners(other)).toEqual([two.connectionId]);
      expect(await listeners(newStream())).toEqual([]);
    });

    it('forgets a subscription, and only that one', async () => {
      const [stream, other] = [newStream(), newStream()];
      const connection = await opened();
      const { connectionId } = connection;
      await store.subscribe(connection, stream);
      await store.subscribe(connection, other);

      await store.unsubscribe(connectionId, stream);
      await store.unsubscribe(connectionId, stream);

      expect(await listeners(stream)).toEqual([]);
      expect(await listeners(other)).toEqual([connectionId]);
    });

    it('forgets all subscriptions of a connection that closes, however many, and nobody else’s', async () => {
      const streams = Array.from({ length: 40 }, newStream);
      const [gone, stays] = [await opened(), await opened()];
      await Promise.all(streams.map((stream) => store.subscribe(gone, stream)));
      for (const stream of streams.slice(0, 3)) await store.subscribe(stays, stream);

      await store.close(gone.connectionId);

      const left = await Promise.all(streams.map(listeners));
      expect(left.flat()).toEqual([stays.connectionId, stays.connectionId, stays.connectionId]);
      expect(await store.get(stays.connectionId)).toEqual(stays);
    });

    it('forgets the subscriptions of a connection that was never opened', async () => {
      const stream = newStream();
      const connectionId = crypto.randomUUID();
      await store.subscribe({ connectionId, expiresAtMs: 1_000 }, stream);

      await store.close(connectionId);
      await store.close(connectionId);

      expect(await listeners(stream)).toEqual([]);
    });

    it('shows each subscription as soon as it has been made, to whoever asks', async () => {
      const stream = newStream();
      const connections = await Promise.all(Array.from({ length: 100 }, () => opened()));

      await Promise.all(
        connections.map(async (connection) => {
          await store.subscribe(connection, stream);
          expect(await listeners(stream)).toContain(connection.connectionId);
        }),
      );

      expect(await listeners(stream)).toHaveLength(100);
    });

    it('knows until when a listener may listen, as of its newest subscription', async () => {
      const stream = newStream();
      const connection = await opened();
      await store.subscribe(connection, stream);

      await store.subscribe({ ...connection, expiresAtMs: 5_000 }, stream);

      expect(await store.subscribers(stream)).toEqual([{ connectionId: connection.connectionId, expiresAtMs: 5_000 }]);
    });

    it('finds the open connections of a user, and nobody else’s', async () => {
      const userId = newUserId();
      const [one, two, closed] = [await opened({ userId }), await opened({ userId }), await opened({ userId })];
      await opened();

      await store.close(closed.connectionId);

      expect((await store.ofUser(userId)).toSorted()).toEqual([one.connectionId, two.connectionId].toSorted());
      expect(await store.ofUser(newUserId())).toEqual([]);
    });

    it('finds those that have run out, all of them when it is asked again and again', async () => {
      const dead = [await opened({ expiresAtMs: 10 }), await opened({ expiresAtMs: 20 })];
      const [late, closed] = [await opened({ expiresAtMs: 40 }), await opened({ expiresAtMs: 10 })];
      for (const connection of dead) await store.subscribe(connection, newStream());
      await store.close(closed.connectionId);

      const found = new Set<string>();
      for (let asked = 0; asked < 300 && !dead.every(({ connectionId }) => found.has(connectionId)); asked += 1)
        for (const connectionId of await store.someExpired(30, 20)) found.add(connectionId);

      expect([...found]).toEqual(expect.arrayContaining(dead.map(({ connectionId }) => connectionId)));
      for (const { connectionId } of [late, closed]) expect(found).not.toContain(connectionId);
    });

    it('keeps which API key a connection speaks for', async () => {
      const connection: Connection = {
        kind: 'service',
        connectionId: crypto.randomUUID(),
        userId: newUserId(),
        isAnonymous: false,
        email: null,
        issuedAtMs: 1,
        expiresAtMs: 1_000,
        workspaceId: newId('wsp'),
        apiKeyId: newId('key'),
        scopes: ['read'],
      };

      await store.open(connection);

      expect(await store.get(connection.connectionId)).toEqual(connection);
    });

    const listeners = async (stream: StreamName) =>
      (await store.subscribers(stream)).map(({ connectionId }) => connectionId);

    async function opened(fields: Partial<PersonPrincipal> = {}) {
      const connection = { ...holder(), connectionId: crypto.randomUUID(), ...fields };
      await store.open(connection);
      return connection;
    }
  });

  sessionStoreContract(name, create);

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

/** What every SessionStore keeps: see its doc comment. */
function sessionStoreContract(name: string, create: () => Promise<SessionStore>): void {
  describe(`${name} as a session store`, () => {
    it('knows before when a user’s sessions were revoked, and never moves that back', async () => {
      const store = await create();
      const userId = newUserId();
      const never = await store.revokedBefore(userId);

      await store.revoke(userId, 2_000);
      await store.revoke(userId, 1_000);

      expect(never).toBeNull();
      expect(await store.revokedBefore(userId)).toBe(2_000);
      expect(await store.revokedBefore(newUserId())).toBeNull();
    });
  });
}

const holder = (): PersonPrincipal => ({
  kind: 'person',
  issuedAtMs: 1,
  userId: newUserId(),
  isAnonymous: false,
  email: 'ada@example.com',
  expiresAtMs: 1_000,
});
