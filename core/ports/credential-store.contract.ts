import { describe, expect, it } from 'vitest';
import type { Credential } from '../protocol/credential.ts';
import type { UserId, WorkspaceId } from '../protocol/ids.ts';
import type { CredentialStore, SealedSecrets } from './credential-store.ts';
import type { DataAccess } from './identity.ts';
import { newId } from './samples.contract.ts';

interface Person {
  readonly userId: UserId;
  /** The platform's own access in their name. */
  readonly access: DataAccess;
}

/** A workspace with an owner and a member, and somebody of another one. */
export interface CredentialWorld {
  readonly store: CredentialStore;
  readonly rotation: SealedSecrets;
  readonly owner: Person;
  readonly member: Person;
  readonly stranger: Person;
  /** The owner's own token, as they could send it to the database themself. */
  readonly ownToken: DataAccess;
  readonly workspaceId: WorkspaceId;
}

const at = '2026-11-21T09:00:00.000Z';
const sealed = (text: string) => ({ ciphertext: Buffer.from(text).toString('base64'), keyId: 'key-1' });

/** What every store of credentials keeps. */
export function credentialStoreContract(name: string, createWorld: () => Promise<CredentialWorld>): void {
  const credentialOf = ({ workspaceId }: CredentialWorld, fields: Partial<Credential> = {}): Credential => ({
    id: newId('crd'),
    workspaceId,
    scope: fields.userId ? 'user' : 'workspace',
    userId: null,
    provider: 'openai',
    label: 'Ours',
    baseUrl: null,
    lastFour: 'abcd',
    status: 'valid',
    validatedAt: at,
    lastUsedAt: null,
    createdAt: at,
    ...fields,
  });
  const createdNow = { createdAt: expect.any(String) };

  describe(`${name} credential store`, () => {
    it('keeps a credential and tells of it without what is sealed', async () => {
      const world = await createWorld();
      const { store, owner, workspaceId } = world;
      const credential = credentialOf(world, { baseUrl: 'https://models.example.com/v1' });

      await store.put(owner.access, credential, sealed('one'));

      expect(await store.list(owner.access, workspaceId)).toEqual([{ ...credential, ...createdNow }]);
      expect(await store.find(owner.access, credential.id)).toEqual({ ...credential, ...createdNow });
      expect(JSON.stringify(await store.list(owner.access, workspaceId))).not.toContain(sealed('one').ciphertext);
    });

    it('keeps one of each provider, for the workspace and for each member', async () => {
      const world = await createWorld();
      const { store, owner, member, workspaceId } = world;
      const first = credentialOf(world);
      const second = credentialOf(world);
      const other = credentialOf(world, { provider: 'anthropic' });
      const own = credentialOf(world, { userId: owner.userId });
      const theirs = credentialOf(world, { userId: member.userId });

      for (const credential of [first, second, other, own]) await store.put(owner.access, credential, sealed('x'));
      await store.put(member.access, theirs, sealed('y'));

      const ids = (await store.list(owner.access, workspaceId)).map(({ id }) => id);
      expect(ids.toSorted()).toEqual([second.id, other.id, own.id].toSorted());
      expect((await store.list(member.access, workspaceId)).map(({ id }) => id)).toEqual([theirs.id]);
    });

    it('gives the caller’s own key before the workspace’s, of this provider only, and notes the use', async () => {
      const world = await createWorld();
      const { store, owner, member, workspaceId } = world;
      const shared = credentialOf(world);
      const own = credentialOf(world, { userId: member.userId, baseUrl: 'https://own.example.com' });
      await store.put(owner.access, shared, sealed('shared'));
      await store.put(owner.access, credentialOf(world, { provider: 'google' }), sealed('google'));
      await store.put(member.access, own, sealed('own'));

      const found = await store.stored(member.access, workspaceId, 'openai');

      expect(found).toEqual([
        {
          credentialId: own.id,
          workspaceId,
          userId: member.userId,
          provider: 'openai',
          baseUrl: own.baseUrl,
          sealed: sealed('own'),
        },
        {
          credentialId: shared.id,
          workspaceId,
          userId: null,
          provider: 'openai',
          baseUrl: null,
          sealed: sealed('shared'),
        },
      ]);
      expect((await store.find(member.access, own.id))?.lastUsedAt).toEqual(expect.any(String));
      expect((await store.find(owner.access, shared.id))?.lastUsedAt).toBeNull();
      expect((await store.stored(owner.access, workspaceId, 'openai')).map(({ userId }) => userId)).toEqual([null]);
    });

    it('keeps a server that asks for no key', async () => {
      const world = await createWorld();
      const { store, owner, workspaceId } = world;
      const credential = credentialOf(world, {
        provider: 'ollama',
        baseUrl: 'http://127.0.0.1:11434/v1',
        lastFour: null,
      });

      await store.put(owner.access, credential, null);

      expect(await store.stored(owner.access, workspaceId, 'ollama')).toMatchObject([{ sealed: null }]);
    });

    it('lets members see which providers there are, and only admins see or change the workspace’s keys', async () => {
      const world = await createWorld();
      const { store, owner, member, workspaceId } = world;
      const shared = credentialOf(world, { baseUrl: 'https://models.example.com/v1' });
      await store.put(owner.access, shared, sealed('x'));
      await store.put(member.access, credentialOf(world, { userId: member.userId, provider: 'google' }), sealed('y'));

      expect(await store.providers(member.access, workspaceId)).toEqual([
        { provider: 'google', origin: 'user', isCustomServer: false },
        { provider: 'openai', origin: 'workspace', isCustomServer: true },
      ]);
      expect(await store.find(member.access, shared.id)).toBeNull();
      for (const refused of [
        store.put(member.access, credentialOf(world), sealed('z')),
        store.put(member.access, credentialOf(world, { userId: owner.userId }), sealed('z')),
        store.put(owner.access, credentialOf(world, { userId: member.userId }), sealed('z')),
        store.setStatus(member.access, shared.id, 'refused'),
        store.remove(member.access, shared.id),
        store.storedOne(member.access, shared.id),
      ]) {
        await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
      }
      expect(await store.stored(owner.access, workspaceId, 'openai')).toMatchObject([{ sealed: sealed('x') }]);
    });

    it('shows strangers nothing and lets them do nothing', async () => {
      const world = await createWorld();
      const { store, owner, stranger, workspaceId } = world;
      const shared = credentialOf(world);
      await store.put(owner.access, shared, sealed('x'));

      await expect(store.put(stranger.access, credentialOf(world), sealed('z'))).rejects.toMatchObject({
        code: 'not_found',
      });
      expect(await store.list(stranger.access, workspaceId)).toEqual([]);
      expect(await store.find(stranger.access, shared.id)).toBeNull();
      expect(await store.providers(stranger.access, workspaceId)).toEqual([]);
      expect(await store.stored(stranger.access, workspaceId, 'openai')).toEqual([]);
      expect(await store.storedOne(stranger.access, shared.id)).toBeNull();
      expect(await store.setStatus(stranger.access, shared.id, 'refused')).toBeNull();
      expect(await store.remove(stranger.access, shared.id)).toBe(false);
    });

    it('gives what is sealed to the platform, and to nobody with a token of their own', async () => {
      const world = await createWorld();
      const { store, owner, ownToken, workspaceId } = world;
      const shared = credentialOf(world);
      await store.put(owner.access, shared, sealed('x'));

      for (const refused of [
        store.stored(ownToken, workspaceId, 'openai'),
        store.storedOne(ownToken, shared.id),
        store.put(ownToken, credentialOf(world), sealed('forged')),
        store.setStatus(ownToken, shared.id, 'refused'),
        store.noteRefused(ownToken, shared.id),
        store.remove(ownToken, shared.id),
      ]) {
        await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
      }
      expect(await store.list(ownToken, workspaceId)).toMatchObject([{ id: shared.id }]);
    });

    it('notes that a key was refused, for whoever may use it, and for nobody else', async () => {
      const world = await createWorld();
      const { store, owner, member, stranger, workspaceId } = world;
      const shared = credentialOf(world);
      const own = credentialOf(world, { userId: owner.userId });
      await store.put(owner.access, shared, sealed('x'));
      await store.put(owner.access, own, sealed('y'));
      const statuses = async () =>
        Object.fromEntries((await store.list(owner.access, workspaceId)).map(({ id, status }) => [id, status]));

      await store.noteRefused(stranger.access, shared.id);
      await store.noteRefused(member.access, own.id);
      const before = await statuses();
      await store.noteRefused(member.access, shared.id);

      expect(before).toEqual({ [own.id]: 'valid', [shared.id]: 'valid' });
      expect(await statuses()).toEqual({ [own.id]: 'valid', [shared.id]: 'refused' });
    });

    it('changes the status and removes', async () => {
      const world = await createWorld();
      const { store, owner, workspaceId } = world;
      const credential = credentialOf(world);
      await store.put(owner.access, credential, sealed('x'));

      const changed = await store.setStatus(owner.access, credential.id, 'refused');
      const removed = [
        await store.remove(owner.access, credential.id),
        await store.remove(owner.access, credential.id),
      ];

      expect(changed).toMatchObject({ id: credential.id, status: 'refused' });
      expect(removed).toEqual([true, false]);
      expect(await store.list(owner.access, workspaceId)).toEqual([]);
      expect(await store.setStatus(owner.access, credential.id, 'valid')).toBeNull();
    });

    it('gives the rotation all that is under other keys, page by page, and replaces only what is still the same', async () => {
      const world = await createWorld();
      const { store, rotation, owner, member } = world;
      const credentials = [
        credentialOf(world),
        credentialOf(world, { provider: 'google' }),
        credentialOf(world, { userId: member.userId }),
      ];
      await store.put(owner.access, credentialOf(world, { provider: 'ollama' }), null);
      for (const credential of credentials) {
        const { access } = credential.userId ? member : owner;
        await store.put(access, credential, sealed(credential.id));
      }
      const ids = credentials.map(({ id }) => id).toSorted();
      const [first, second] = ids;
      const ours = async (keyId: string, limit = 1000) => {
        const seen: string[] = [];
        for (let after: (typeof credentials)[0]['id'] | null = null; ; ) {
          const page = await rotation.notUnder(keyId, after, limit);
          const last = page.at(-1);
          if (!last) return seen.filter((id) => ids.some((one) => one === id));
          seen.push(...page.map(({ credentialId }) => credentialId));
          after = last.credentialId;
        }
      };
      if (!first || !second) throw new Error('nothing was arranged');
      const fresh = { ciphertext: 'bmV3', keyId: 'key-2' };

      const before = await ours('key-2', 2);
      const replaced = await rotation.replace(
        credentials[0]?.id ?? newId('crd'),
        sealed(credentials[0]?.id ?? ''),
        fresh,
      );
      const again = await rotation.replace(credentials[0]?.id ?? newId('crd'), sealed(credentials[0]?.id ?? ''), fresh);

      expect(before).toEqual(ids);
      expect(await ours('key-1')).toEqual([credentials[0]?.id]);
      expect([replaced, again]).toEqual([true, false]);
      expect(await ours('key-2')).toEqual(ids.filter((id) => id !== credentials[0]?.id));
      expect(await rotation.replace(newId('crd'), sealed('x'), fresh)).toBe(false);
    });
  });
}
