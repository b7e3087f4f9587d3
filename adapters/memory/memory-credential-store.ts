import { notFound, PlatformError } from '#core/errors.ts';
import type { CredentialStore, SealedSecrets, StoredCredential } from '#core/ports/credential-store.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { SealedSecret } from '#core/ports/vault.ts';
import type { Credential } from '#core/protocol/credential.ts';
import type { UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Role } from '#core/protocol/workspace.ts';

interface Options {
  /** Whose access it is, and whether the platform minted it; throws for none. */
  readonly readAccess: (access: DataAccess) => { userId: UserId; isPlatform: boolean };
  readonly roleOf: (workspaceId: WorkspaceId, userId: UserId) => Role | undefined;
  readonly now: () => number;
}

interface Kept {
  readonly credential: Credential;
  readonly sealed: SealedSecret | null;
}

/** The store and the rotation's view of it, over the same credentials. */
export function createMemoryCredentialStore({ readAccess, roleOf, now }: Options): CredentialStore & SealedSecrets {
  const kept = new Map<string, Kept>();
  const forbidden = () => new PlatformError('forbidden', 'Only an owner or admin of the workspace changes its keys.');

  const isAdmin = (workspaceId: WorkspaceId, userId: UserId) => {
    const role = roleOf(workspaceId, userId);
    return role === 'owner' || role === 'admin';
  };
  const isOf = ({ credential }: Kept, userId: UserId) =>
    roleOf(credential.workspaceId, userId) !== undefined &&
    (credential.userId === null || credential.userId === userId);
  const isSeenBy = (one: Kept, userId: UserId) =>
    isOf(one, userId) && (one.credential.userId !== null || isAdmin(one.credential.workspaceId, userId));
  const mine = (workspaceId: WorkspaceId, userId: UserId) =>
    [...kept.values()]
      .filter((one) => one.credential.workspaceId === workspaceId && isOf(one, userId))
      .toSorted((a, b) => order(a.credential).localeCompare(order(b.credential)));
  const order = ({ provider, userId }: Credential) => `${provider} ${userId === null ? 1 : 0}`;

  /** What the caller may change; undefined when it is not there for them. */
  function toChange(access: DataAccess, credentialId: string): Kept | undefined {
    const { userId, isPlatform } = readAccess(access);
    const one = kept.get(credentialId);
    if (!one || !isOf(one, userId)) return undefined;
    if (!isPlatform || !isSeenBy(one, userId)) throw forbidden();
    return one;
  }

  return {
    async list(access, workspaceId) {
      const { userId } = readAccess(access);
      return mine(workspaceId, userId)
        .filter((one) => isSeenBy(one, userId))
        .map(({ credential }) => credential);
    },
    async find(access, credentialId) {
      const one = kept.get(credentialId);
      return one && isSeenBy(one, readAccess(access).userId) ? one.credential : null;
    },
    async put(access, credential, sealed) {
      const { userId, isPlatform } = readAccess(access);
      const { workspaceId, provider } = credential;
      if (!roleOf(workspaceId, userId)) throw notFound('workspace', workspaceId);
      const may = credential.userId === null ? isAdmin(workspaceId, userId) : credential.userId === userId;
      if (!isPlatform || !may) throw forbidden();
      for (const { credential: old } of kept.values()) {
        const isReplaced = old.workspaceId === workspaceId && old.provider === provider;
        if (isReplaced && old.userId === credential.userId) kept.delete(old.id);
      }
      kept.set(credential.id, { credential, sealed });
    },
    async setStatus(access, credentialId, status) {
      const one = toChange(access, credentialId);
      if (!one) return null;
      const credential = { ...one.credential, status, validatedAt: new Date(now()).toISOString() };
      kept.set(credentialId, { ...one, credential });
      return credential;
    },
    remove: async (access, credentialId) => toChange(access, credentialId) !== undefined && kept.delete(credentialId),
    async providers(access, workspaceId) {
      return mine(workspaceId, readAccess(access).userId).map(({ credential: { provider, scope, baseUrl } }) => ({
        provider,
        origin: scope,
        isCustomServer: baseUrl !== null,
      }));
    },
    async stored(access, workspaceId, provider) {
      const { userId, isPlatform } = readAccess(access);
      if (!isPlatform) throw forbidden();
      const found = mine(workspaceId, userId).filter(({ credential }) => credential.provider === provider);
      const [first] = found;
      if (first) {
        const credential = { ...first.credential, lastUsedAt: new Date(now()).toISOString() };
        kept.set(credential.id, { ...first, credential });
      }
      return found.map(storedOf);
    },
    async noteRefused(access, credentialId) {
      const { userId, isPlatform } = readAccess(access);
      if (!isPlatform) throw forbidden();
      const one = kept.get(credentialId);
      if (!one || !isOf(one, userId) || one.credential.status === 'refused') return;
      const validatedAt = new Date(now()).toISOString();
      kept.set(credentialId, { ...one, credential: { ...one.credential, status: 'refused', validatedAt } });
    },
    async storedOne(access, credentialId) {
      const one = toChange(access, credentialId);
      return one ? storedOf(one) : null;
    },
    async notUnder(keyId, after, limit) {
      return [...kept.values()]
        .map(storedOf)
        .filter(({ sealed, credentialId }) => sealed && sealed.keyId !== keyId && credentialId > (after ?? ''))
        .toSorted((a, b) => a.credentialId.localeCompare(b.credentialId))
        .slice(0, limit)
        .flatMap((one) => (one.sealed ? [{ ...one, sealed: one.sealed }] : []));
    },
    async replace(credentialId, old, sealed) {
      const one = kept.get(credentialId);
      if (!one || one.sealed?.ciphertext !== old.ciphertext) return false;
      kept.set(credentialId, { ...one, sealed });
      return true;
    },
  };
}

const storedOf = ({ credential: { id, workspaceId, provider, userId, baseUrl }, sealed }: Kept): StoredCredential => ({
  credentialId: id,
  workspaceId,
  provider,
  userId,
  baseUrl,
  sealed,
});
