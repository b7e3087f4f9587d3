import { randomUUID } from 'node:crypto';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import type { InvitedRole } from '#core/protocol/workspace.ts';
import type { TestStack } from './test-stack.ts';
import { newRequestId, newUser, type TestUser } from './test-user.ts';

/** A company workspace with one of each role, all signed up by e-mail, and somebody who does not belong to it. */
export interface TestCompany {
  readonly workspaceId: WorkspaceId;
  readonly owner: TestUser;
  readonly admin: TestUser;
  readonly member: TestUser;
  readonly stranger: TestUser;
}

type Target = Pick<TestStack, 'url' | 'supabaseUrl' | 'publishableKey'>;

export const password = 'correct horse battery';

/** Signs somebody up who can be found by an address. */
export const newNamedUser = (stack: Target, email = `${randomUUID()}@example.com`): Promise<TestUser> =>
  newUser(stack, { email, password });

/** Invites by link, and accepts. */
export async function join(
  workspaceId: WorkspaceId,
  inviter: TestUser,
  guest: TestUser,
  role: InvitedRole,
): Promise<void> {
  const { token } = await inviter.call('POST /v1/workspaces/{workspaceId}/invitations', {
    path: { workspaceId },
    body: { role },
  });
  await guest.call('POST /v1/invitations/accept', { body: { token } });
}

export async function newCompany(stack: Target, name = 'Acme'): Promise<TestCompany> {
  const owner = await newNamedUser(stack);
  const [admin, member, stranger] = [await newNamedUser(stack), await newNamedUser(stack), await newNamedUser(stack)];
  const made = await owner.call('POST /v1/workspaces', {
    body: { name, kind: 'company', clientRequestId: newRequestId() },
  });
  await join(made.id, owner, admin, 'admin');
  await join(made.id, owner, member, 'member');
  return { workspaceId: made.id, owner, admin, member, stranger };
}
