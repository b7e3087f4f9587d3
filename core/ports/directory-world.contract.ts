import { apiKeySecret } from '../domain/api-key.ts';
import type { PersonPrincipal, ServicePrincipal } from '../domain/principal.ts';
import type { UserId, WorkspaceId } from '../protocol/ids.ts';
import type { ApiKeyScope, Role } from '../protocol/workspace.ts';
import type { ApiKeyStore, ApiKeyVerifier } from './api-key-store.ts';
import type { Directory } from './directory.ts';
import type { AccessMinter, DataAccess } from './identity.ts';
import { newId } from './samples.contract.ts';

export interface DirectoryWorld {
  readonly directory: Directory;
  readonly apiKeys: ApiKeyStore;
  readonly verifier: ApiKeyVerifier;
  readonly minter: AccessMinter;
  /** Signs somebody up, who then has a personal workspace; with a confirmed address unless they are anonymous. */
  signUp(account?: { isAnonymous?: boolean; name?: string }): Promise<PersonPrincipal>;
}

export interface Person {
  readonly principal: PersonPrincipal;
  readonly id: UserId;
  readonly access: DataAccess;
}

export interface TestCompany {
  readonly id: WorkspaceId;
  readonly owner: Person;
  readonly admin: Person;
  readonly member: Person;
  readonly stranger: Person;
}

export const newToken = (): string => crypto.randomUUID().replaceAll('-', '');

/** Whoever can be found by an address, and what the world is asked with in their name. */
export async function newPerson(
  { signUp, minter }: DirectoryWorld,
  account?: { isAnonymous?: boolean; name?: string },
): Promise<Person> {
  const principal = await signUp(account);
  return { principal, id: principal.userId, access: await minter.forUser(principal) };
}

export async function join(
  { directory }: DirectoryWorld,
  id: WorkspaceId,
  inviter: Person,
  guest: Person,
  role: Exclude<Role, 'owner'>,
): Promise<void> {
  const token = newToken();
  const expiresAtMs = Date.now() + 3_600_000;
  const asked = { id: newId('inv'), workspaceId: id, email: null, role, token, expiresAtMs };
  const invited = await directory.invite(inviter.access, asked);
  const accepted = await directory.acceptInvitation(guest.access, { token });
  if (invited.outcome !== 'ok' || accepted.outcome !== 'ok')
    throw new Error(`could not arrange: ${invited.outcome}, ${accepted.outcome}`);
}

/** A company with an owner, an admin and a member, and somebody who does not belong to it. */
export async function newCompany(world: DirectoryWorld): Promise<TestCompany> {
  const owner = await newPerson(world);
  const made = await world.directory.createWorkspace(owner.access, { name: 'Acme', kind: 'company' });
  if (made.outcome !== 'ok') throw new Error(`could not arrange: ${made.outcome}`);
  const id = made.workspaceId;
  const [admin, member, stranger] = [await newPerson(world), await newPerson(world), await newPerson(world)];
  await join(world, id, owner, admin, 'admin');
  await join(world, id, owner, member, 'member');
  return { id, owner, admin, member, stranger };
}

/** A key of the person's, and the principal that it stands for. */
export async function newKey(
  { apiKeys, verifier }: DirectoryWorld,
  workspaceId: WorkspaceId,
  person: Person,
  scopes: ApiKeyScope[],
): Promise<{ secret: string; service: ServicePrincipal }> {
  const id = newId('key');
  const secret = apiKeySecret(id, newToken());
  const answer = await apiKeys.addApiKey(person.access, { id, workspaceId, name: 'Website', scopes, secret });
  if (answer.outcome !== 'ok') throw new Error(`could not arrange: ${answer.outcome}`);
  return { secret, service: await verifier.verify(secret) };
}

export async function rolesOf({ directory }: DirectoryWorld, id: WorkspaceId, by: Person): Promise<Map<UserId, Role>> {
  const { data } = await directory.members(by.access, { workspaceId: id, limit: 100 });
  return new Map(data.map(({ userId, role }) => [userId, role]));
}
