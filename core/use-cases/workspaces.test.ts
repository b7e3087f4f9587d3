import { beforeEach, describe, expect, it } from 'vitest';
import type { PersonPrincipal, Principal } from '../domain/principal.ts';
import { projectTrouble, unavailable } from '../errors.ts';
import type { WorkspaceId } from '../protocol/ids.ts';
import { createApiKey, revokeApiKey } from './api-keys.ts';
import { acceptInvitation, invite } from './invitations.ts';
import { workspaceFeed } from './load-thread.ts';
import { signOutEverywhere } from './sign-out.ts';
import { subscribe } from './subscribe.ts';
import { createWorld, startMs, type World } from './testing.ts';
import {
  changeRole,
  createWorkspace,
  deleteWorkspace,
  exportWorkspace,
  listMembers,
  readAuditLog,
  removeMember,
  renameWorkspace,
  transferOwnership,
} from './workspaces.ts';

let world: World;
let acme: WorkspaceId;

beforeEach(async () => {
  world = createWorld();
  acme = (await createWorkspace(world.deps, world.olga, { name: 'Acme', kind: 'company' })).id;
});

async function joins(person: PersonPrincipal): Promise<void> {
  const { token } = await invite(world.deps, world.olga, acme, { role: 'member', expiresInDays: 7 });
  await acceptInvitation(world.deps, person, { token });
}

async function connects(person: PersonPrincipal, connectionId: string): Promise<void> {
  const connection = { ...person, connectionId };
  await world.deps.connections.open(connection);
  await subscribe(world.deps, connection, { stream: `workspace:${acme}`, after: 0 });
}

const changed = async () =>
  (await world.events(workspaceFeed(acme))).flatMap(({ event }) =>
    event.type === 'workspace.changed' && 'part' in event ? [event.part] : [],
  );

describe('a workspace', () => {
  it('does not exist for whoever does not belong there', async () => {
    const tries = [
      renameWorkspace(world.deps, world.sven, acme, 'Mine'),
      listMembers(world.deps, world.sven, acme, { limit: 9 }),
      exportWorkspace(world.deps, world.sven, acme),
      deleteWorkspace(world.deps, world.sven, acme, { name: 'Acme', withoutExport: true }),
    ];

    for (const each of tries) await expect(each).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is closed to its members where the table says so', async () => {
    await joins(world.sven);

    const tries = [
      renameWorkspace(world.deps, world.sven, acme, 'Mine'),
      invite(world.deps, world.sven, acme, { role: 'admin', expiresInDays: 1 }),
      readAuditLog(world.deps, world.sven, acme, { limit: 9 }),
      createApiKey(world.deps, world.sven, acme, { name: 'K', scopes: ['read'] }),
      transferOwnership(world.deps, world.sven, acme, world.sven.userId),
      changeRole(world.deps, world.sven, { workspaceId: acme, userId: world.sven.userId }, 'owner'),
    ];

    for (const each of tries) await expect(each).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('tells those who look at it what has changed', async () => {
    await joins(world.sven);
    await connects(world.sven, 'c1');

    await renameWorkspace(world.deps, world.olga, acme, 'Acme 2');
    await world.deps.publisher.flush();

    expect(await changed()).toEqual(['invitations', 'members', 'workspace']);
    expect(world.pushes('c1').at(-1)).toMatchObject({
      stream: `workspace:${acme}`,
      events: [{ event: { type: 'workspace.changed', part: 'workspace' } }],
    });
  });

  it.each([
    [true, 'ben@example.com', true, 'queued'],
    [true, 'ben@example.com', false, 'too_many'],
    [false, 'ben@example.com', true, 'not_configured'],
    [true, undefined, true, 'no_address'],
  ])(
    'says whether an invitation is told by mail: sent %s, to %s, allowed %s: %s',
    async (sendsMail, email, allowed, mail) => {
      const { directory } = world.deps;
      const inviteThere: typeof directory.invite = (access, asked) =>
        directory.invite(access, { ...asked, mail: allowed && asked.mail });
      const deps = { ...world.deps, sendsMail, directory: { ...directory, invite: inviteThere } };

      const made = await invite(deps, world.olga, acme, { email, role: 'member', expiresInDays: 7 });

      expect(made.mail).toBe(mail);
    },
  );

  it('says what stands against a change', async () => {
    const self = { workspaceId: acme, userId: world.olga.userId };

    await expect(removeMember(world.deps, world.olga, self)).rejects.toMatchObject({ code: 'conflict' });
    await expect(
      deleteWorkspace(world.deps, world.olga, acme, { name: 'acme', withoutExport: true }),
    ).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(
      invite(world.deps, world.olga, world.olga.workspaceId, { role: 'member', expiresInDays: 1 }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('somebody who is removed', () => {
  it('has no run under way any more, and the others have', async () => {
    await joins(world.sven);
    const agentId = await world.agentIn(acme);
    const start = (caller: Principal) => world.start(caller, { agentId, input: { text: 'Hello' } });
    const [theirs, working, ours] = [await start(world.sven), await start(world.sven), await start(world.olga)];
    await world.claim(working.runId);

    await removeMember(world.deps, world.olga, { workspaceId: acme, userId: world.sven.userId });

    expect(await world.record(theirs.runId)).toMatchObject({ status: 'cancelled', settled: true });
    expect(await world.record(working.runId)).toMatchObject({ status: 'running', cancelRequested: true });
    expect(await world.record(ours.runId)).toMatchObject({ status: 'queued', cancelRequested: false });
  });
});

describe('a socket ends', () => {
  it('when its person is removed, and cannot subscribe again', async () => {
    await joins(world.sven);
    await connects(world.sven, 'c1');
    await connects(world.olga, 'c2');

    await removeMember(world.deps, world.olga, { workspaceId: acme, userId: world.sven.userId });
    await world.deps.publisher.flush();

    expect(world.sockets.closed).toEqual(['c1']);
    expect(await world.deps.connections.subscribers(workspaceFeed(acme))).toMatchObject([{ connectionId: 'c2' }]);
    await expect(connects(world.sven, 'c3')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('when its person is removed, whatever comes of their runs, and again when that is repeated', async () => {
    await joins(world.sven);
    const agentId = await world.agentIn(acme);
    const { runId } = await world.start(world.sven, { agentId, input: { text: 'Hello' } });
    await connects(world.sven, 'c1');
    const listLive = async () => {
      throw unavailable('The run store', new Error('down'));
    };
    const deps = { ...world.deps, runs: { ...world.deps.runs, listLive } };
    const who = { workspaceId: acme, userId: world.sven.userId };

    await expect(removeMember(deps, world.olga, who)).rejects.toMatchObject({ code: 'unavailable' });
    expect(world.sockets.closed).toEqual(['c1']);
    await world.deps.connections.open({ ...world.sven, connectionId: 'c2' });
    await expect(removeMember(world.deps, world.olga, who)).rejects.toMatchObject({ code: 'not_found' });

    expect(world.sockets.closed).toEqual(['c1', 'c2']);
    expect(await world.record(runId)).toMatchObject({ status: 'cancelled' });
  });

  it('when a workspace is deleted whose own project could not be emptied, which is said', async () => {
    await connects(world.olga, 'c1');
    const { directory } = world.deps;
    const leaving: typeof directory.deleteWorkspace = async (...given) => {
      const outcome = await directory.deleteWorkspace(...given);
      return outcome === 'ok' ? projectTrouble('project_unavailable', 'It could not be emptied.') : outcome;
    };
    const deps = { ...world.deps, directory: { ...directory, deleteWorkspace: leaving } };

    await expect(deleteWorkspace(deps, world.olga, acme, { name: 'Acme', withoutExport: true })).rejects.toMatchObject({
      code: 'project_unavailable',
    });

    expect(world.sockets.closed).toEqual(['c1']);
  });

  it('when a role changes, a workspace is deleted, and when its person signs out everywhere', async () => {
    await joins(world.sven);
    await connects(world.sven, 'c1');
    await changeRole(world.deps, world.olga, { workspaceId: acme, userId: world.sven.userId }, 'admin');
    await connects(world.sven, 'c2');
    await signOutEverywhere(world.deps, world.sven);
    await connects(world.olga, 'c3');
    await deleteWorkspace(world.deps, world.olga, acme, { name: 'Acme', withoutExport: true });

    expect(world.sockets.closed).toEqual(['c1', 'c2', 'c3']);
    expect(world.signedOut).toHaveLength(1);
    expect(await world.deps.sessions.revokedBefore(world.sven.userId)).toBe(startMs);
  });

  it('with its API key, and only with that', async () => {
    const made = await createApiKey(world.deps, world.olga, acme, { name: 'K', scopes: ['read'] });
    const service = await world.deps.apiKeyVerifier.verify(made.secret);
    await world.deps.connections.open({ ...service, connectionId: 'by-key' });
    await connects(world.olga, 'in-person');

    await revokeApiKey(world.deps, world.olga, { workspaceId: acme, apiKeyId: made.apiKey.id });

    expect(world.sockets.closed).toEqual(['by-key']);
  });
});

describe('an API key', () => {
  it('is not made when it would have ended already', async () => {
    const asked = { name: 'K', scopes: ['read'] as const, expiresAt: new Date(startMs).toISOString() };

    await expect(createApiKey(world.deps, world.olga, acme, asked)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('listens to its workspace, and not to a person’s own feed', async () => {
    const made = await createApiKey(world.deps, world.olga, acme, { name: 'K', scopes: ['read'] });
    const caller = { ...(await world.deps.apiKeyVerifier.verify(made.secret)), connectionId: 'c1' };

    expect(await subscribe(world.deps, caller, { stream: `workspace:${acme}`, after: 0 })).toBeGreaterThan(0);
    await expect(subscribe(world.deps, caller, { stream: 'user', after: 0 })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(
      subscribe(world.deps, caller, { stream: `workspace:${world.olga.workspaceId}`, after: 0 }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
