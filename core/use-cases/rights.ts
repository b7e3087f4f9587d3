import { type Action, assertMay } from '../domain/access.ts';
import type { Principal } from '../domain/principal.ts';
import { notFound, PlatformError } from '../errors.ts';
import type { Directory, RightsOutcome } from '../ports/directory.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { Event } from '../protocol/event.ts';
import type { WorkspaceId } from '../protocol/ids.ts';
import type { Workspace } from '../protocol/workspace.ts';
import type { Deps } from './deps.ts';
import { workspaceFeed } from './load-thread.ts';

export interface RightsDeps extends Pick<Deps, 'minter'> {
  readonly directory: Directory;
}

/**
 * A workspace, for a caller who may do this there, and the access to do it with.
 * Errors: `not_found` for whoever does not belong there, `forbidden`.
 */
export async function enterWorkspace(
  { directory, minter }: RightsDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  action: Action,
): Promise<{ access: DataAccess; workspace: Workspace }> {
  const access = await minter.forUser(caller);
  const workspace = await directory.workspace(access, workspaceId, caller.userId);
  if (!workspace) throw notFound('workspace', workspaceId);
  assertMay(action, workspace.role, caller);
  return { access, workspace };
}

type Refusal = Exclude<RightsOutcome, 'ok'>;

const refusals: Record<Refusal, readonly [ErrorCode, string]> = {
  not_found: ['not_found', 'There is no such thing that you can see.'],
  forbidden: ['forbidden', 'You may not do this.'],
  anonymous: ['forbidden', 'This needs an account with an e-mail address or a sign-in provider. Add one first.'],
  last_owner: ['conflict', 'A workspace needs an owner. Make somebody else an owner first.'],
  personal: ['conflict', 'A personal workspace is for one person. Make a company workspace to work with others.'],
  already_member: ['conflict', 'This person belongs to the workspace already.'],
  spent: ['conflict', 'This invitation was used or revoked, or is too old. Ask for a new one.'],
  limit: ['conflict', 'There are as many as there may be. Remove one first.'],
  name_mismatch: ['invalid_request', 'This is not the name of the workspace.'],
  export_first: ['conflict', 'Export the workspace first, to the end, or say that you want to delete it without.'],
  already_created: ['already_created', 'This request was carried out before.'],
  mismatch: ['idempotency_mismatch', 'This clientRequestId came before with another content.'],
};

/** What a change of rights that was refused is answered with. */
export function refusal(outcome: Refusal): PlatformError {
  const [code, message] = refusals[outcome];
  return new PlatformError(code, message);
}

export function assertOk(outcome: RightsOutcome): void {
  if (outcome !== 'ok') throw refusal(outcome);
}

type ChangedPart = Extract<Event, { type: 'workspace.changed' }>['part'];

/** Tells those who are looking at a workspace that something of it has changed. */
export async function announceChange(
  { publisher, newId }: Pick<Deps, 'publisher' | 'newId'>,
  workspaceId: WorkspaceId,
  part: ChangedPart,
): Promise<void> {
  const batchId = `${newId('aud')}:workspace-changed`;
  await publisher.publish(workspaceFeed(workspaceId), { batchId, events: [{ type: 'workspace.changed', part }] });
}
