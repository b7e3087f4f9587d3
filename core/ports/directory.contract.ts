import { beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../protocol/workspace.ts';
import type { RightsOutcome } from './directory.ts';
import {
  type DirectoryWorld,
  join,
  newCompany,
  newKey,
  newPerson,
  newToken,
  rolesOf,
  type TestCompany,
} from './directory-world.contract.ts';
import { newId } from './samples.contract.ts';

const inAnHour = () => Date.now() + 3_600_000;

/** What every Directory, ApiKeyStore and ApiKeyVerifier keeps: see their doc comments. */
export function directoryContract(name: string, create: () => Promise<DirectoryWorld>): void {
  let world: DirectoryWorld;
  let acme: TestCompany;
  const actorOf = (actor: 'owner' | 'admin' | 'member' | 'stranger') => acme[actor];

  beforeEach(async () => {
    world = await create();
    acme = await newCompany(world);
  });

  describe(`${name} as a directory: people`, () => {
    it('knows who somebody is, and keeps what they change of it', async () => {
      const { access, principal } = await newPerson(world, { name: 'Ada' });

      const before = await world.directory.me(access);
      const changes = { avatarUrl: 'https://example.com/a.png', settings: { timezone: 'Europe/Berlin' } };
      await world.directory.changeMe(access, changes);
      await world.directory.changeMe(access, { settings: { theme: 'dark', notifications: { approvals: false } } });
      await world.directory.changeMe(access, { name: 'Grace', settings: { notifications: { runs: true } } });

      expect(before).toMatchObject({ id: principal.userId, name: 'Ada', email: principal.email, isAnonymous: false });
      expect(before?.settings).toEqual({ theme: 'system', timezone: null, notifications: {} });
      expect(before?.identities).toEqual([{ provider: 'email', email: principal.email }]);
      expect(await world.directory.me(access)).toMatchObject({
        name: 'Grace',
        avatarUrl: 'https://example.com/a.png',
        settings: { theme: 'dark', timezone: 'Europe/Berlin', notifications: { approvals: false, runs: true } },
      });
    });

    it('shows an anonymous person as one', async () => {
      const { access } = await newPerson(world, { isAnonymous: true });

      expect(await world.directory.me(access)).toMatchObject({ isAnonymous: true, email: null, identities: [] });
    });
  });

  describe(`${name} as a directory: workspaces`, () => {
    it('makes a workspace that its maker owns, once per request', async () => {
      const { access, id: userId } = await newPerson(world);
      const asked = { name: 'Globex', kind: 'client', clientRequestId: newToken() } as const;

      const first = await world.directory.createWorkspace(access, asked);
      const again = await world.directory.createWorkspace(access, asked);
      const other = await world.directory.createWorkspace(access, { ...asked, name: 'Initech' });

      if (first.outcome !== 'ok') throw new Error(first.outcome);
      expect(again).toEqual(first);
      expect(other).toEqual({ outcome: 'mismatch' });
      expect(await world.directory.workspace(access, first.workspaceId, userId)).toMatchObject({
        id: first.workspaceId,
        name: 'Globex',
        kind: 'client',
        role: 'owner',
      });
      expect(await world.directory.workspace(acme.owner.access, first.workspaceId, acme.owner.id)).toBeNull();
    });

    it('makes none for anonymous people and API keys', async () => {
      const { access } = await newPerson(world, { isAnonymous: true });
      const { service } = await newKey(world, acme.id, acme.owner, ['manage']);

      const byKey = await world.directory.createWorkspace(await world.minter.forUser(service), {
        name: 'X',
        kind: 'company',
      });

      expect(await world.directory.createWorkspace(access, { name: 'X', kind: 'company' })).toEqual({
        outcome: 'anonymous',
      });
      expect(byKey).toEqual({ outcome: 'forbidden' });
    });

    it.each([
      ['owner', true],
      ['admin', true],
      ['member', false],
      ['stranger', false],
    ] as const)('is renamed by %s: %s', async (actor, renamed) => {
      expect(await world.directory.renameWorkspace(actorOf(actor).access, acme.id, 'Acme 2')).toBe(renamed);
      expect((await world.directory.workspace(acme.owner.access, acme.id, acme.owner.id))?.name).toBe(
        renamed ? 'Acme 2' : 'Acme',
      );
    });

    it('is exported to the end by its owner, and by nobody else', async () => {
      const rows = [];
      let cursor: string | undefined;
      do {
        const page = await world.directory.exportPage(acme.owner.access, acme.id, cursor);
        if (!page) throw new Error('the owner may not export');
        rows.push(...page.data);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);

      const members = rows.filter(({ table }) => table === 'members').map(({ row }) => row['user_id']);
      expect(members.toSorted()).toEqual([acme.owner.id, acme.admin.id, acme.member.id].toSorted());
      expect(rows[0]).toMatchObject({ table: 'workspaces', row: { id: acme.id, name: 'Acme' } });
      for (const actor of ['admin', 'member', 'stranger'] as const) {
        expect(await world.directory.exportPage(actorOf(actor).access, acme.id)).toBeNull();
      }
    });

    it('is deleted by an owner who names it and has exported it, or need not', async () => {
      const remove = (actor: 'owner' | 'admin' | 'stranger', confirmation: { name: string; withoutExport: boolean }) =>
        world.directory.deleteWorkspace(actorOf(actor).access, acme.id, confirmation);

      expect(await remove('stranger', { name: 'Acme', withoutExport: true })).toBe('not_found');
      expect(await remove('admin', { name: 'Acme', withoutExport: true })).toBe('forbidden');
      expect(await remove('owner', { name: 'acme', withoutExport: true })).toBe('name_mismatch');
      expect(await remove('owner', { name: 'Acme', withoutExport: false })).toBe('export_first');
      let cursor: string | undefined;
      do {
        const page = await world.directory.exportPage(acme.owner.access, acme.id, cursor);
        cursor = page?.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(await remove('owner', { name: 'Acme', withoutExport: false })).toBe('ok');
      expect(await world.directory.workspace(acme.owner.access, acme.id, acme.owner.id)).toBeNull();
      expect(await remove('owner', { name: 'Acme', withoutExport: true })).toBe('not_found');
    });
  });

  describe(`${name} as a directory: members`, () => {
    it('lists them page by page; addresses are for owners and admins', async () => {
      const first = await world.directory.members(acme.admin.access, { workspaceId: acme.id, limit: 2 });
      const cursor = first.nextCursor ?? '';
      const second = await world.directory.members(acme.admin.access, { workspaceId: acme.id, limit: 2, cursor });
      const seenByMember = await world.directory.members(acme.member.access, { workspaceId: acme.id, limit: 100 });
      const seenByStranger = await world.directory.members(acme.stranger.access, { workspaceId: acme.id, limit: 100 });

      const all = [...first.data, ...second.data];
      expect(all.map(({ userId }) => userId).toSorted()).toEqual(
        [acme.owner.id, acme.admin.id, acme.member.id].toSorted(),
      );
      expect(all.every(({ email }) => email?.includes('@'))).toBe(true);
      expect(second.nextCursor).toBeNull();
      expect(seenByMember.data.map(({ email }) => email)).toEqual([null, null, null]);
      expect(seenByStranger.data).toEqual([]);
    });

    it.each<['owner' | 'admin' | 'member' | 'stranger', 'owner' | 'admin' | 'member', Role, RightsOutcome]>([
      ['owner', 'member', 'admin', 'ok'],
      ['owner', 'admin', 'owner', 'ok'],
      ['owner', 'owner', 'admin', 'last_owner'],
      ['admin', 'member', 'admin', 'ok'],
      ['admin', 'member', 'owner', 'forbidden'],
      ['admin', 'owner', 'member', 'forbidden'],
      ['admin', 'admin', 'member', 'ok'],
      ['member', 'member', 'owner', 'forbidden'],
      ['member', 'admin', 'member', 'forbidden'],
      ['stranger', 'member', 'admin', 'not_found'],
    ])('%s makes %s a %s: %s', async (actor, target, role, outcome) => {
      const before = await rolesOf(world, acme.id, acme.owner);

      expect(await world.directory.changeRole(actorOf(actor).access, acme.id, actorOf(target).id, role)).toBe(outcome);

      const after = await rolesOf(world, acme.id, acme.owner);
      expect(after.get(actorOf(target).id)).toBe(outcome === 'ok' ? role : before.get(actorOf(target).id));
    });

    it.each<['owner' | 'admin' | 'member' | 'stranger', 'owner' | 'admin' | 'member', RightsOutcome]>([
      ['owner', 'member', 'ok'],
      ['owner', 'owner', 'last_owner'],
      ['admin', 'owner', 'forbidden'],
      ['admin', 'admin', 'ok'],
      ['member', 'member', 'ok'],
      ['member', 'admin', 'forbidden'],
      ['stranger', 'member', 'not_found'],
    ])('%s removes %s: %s', async (actor, target, outcome) => {
      expect(await world.directory.removeMember(actorOf(actor).access, acme.id, actorOf(target).id)).toBe(outcome);

      expect((await rolesOf(world, acme.id, acme.owner)).has(actorOf(target).id)).toBe(outcome !== 'ok');
    });

    it('keeps an owner when two demote each other, or leave, at once', async () => {
      await world.directory.changeRole(acme.owner.access, acme.id, acme.admin.id, 'owner');

      const demoted = await Promise.all([
        world.directory.changeRole(acme.owner.access, acme.id, acme.admin.id, 'member'),
        world.directory.changeRole(acme.admin.access, acme.id, acme.owner.id, 'member'),
        world.directory.removeMember(acme.owner.access, acme.id, acme.owner.id),
        world.directory.removeMember(acme.admin.access, acme.id, acme.admin.id),
      ]);

      const owners = [...(await rolesOf(world, acme.id, acme.member)).values()].filter((role) => role === 'owner');
      expect(owners).toHaveLength(1);
      expect(demoted.filter((outcome) => outcome !== 'ok').length).toBeGreaterThan(0);
    });

    it('hands ownership over', async () => {
      const by = (actor: 'owner' | 'admin' | 'stranger', userId = acme.member.id) =>
        world.directory.transferOwnership(actorOf(actor).access, acme.id, userId);

      expect([await by('stranger'), await by('admin'), await by('owner', acme.stranger.id), await by('owner')]).toEqual(
        ['not_found', 'forbidden', 'not_found', 'ok'],
      );
      const roles = await rolesOf(world, acme.id, acme.owner);
      expect([roles.get(acme.owner.id), roles.get(acme.member.id)]).toEqual(['admin', 'owner']);
    });

    it('gives nobody who is anonymous more than membership', async () => {
      const guest = await newPerson(world, { isAnonymous: true });
      await join(world, acme.id, acme.owner, guest, 'member');

      const promoted = await world.directory.changeRole(acme.owner.access, acme.id, guest.id, 'admin');
      const owner = await world.directory.transferOwnership(acme.owner.access, acme.id, guest.id);

      expect([promoted, owner]).toEqual(['anonymous', 'anonymous']);
    });
  });

  describe(`${name} as a directory: invitations`, () => {
    const ask = (email: string | null = null, role: 'admin' | 'member' = 'member', expiresAtMs = inAnHour()) => {
      const token = newToken();
      const asked = { id: newId('inv'), workspaceId: acme.id, email, role, token, expiresAtMs };
      return { token, answer: world.directory.invite(acme.admin.access, asked) };
    };

    it('let somebody in by their link, once', async () => {
      const { token, answer } = ask();
      const invited = await answer;
      const [guest, late] = [await newPerson(world), await newPerson(world)];

      const preview = await world.directory.invitationOf(guest.access, token);
      const accepted = await world.directory.acceptInvitation(guest.access, { token });
      const again = await world.directory.acceptInvitation(guest.access, { token });
      const second = await world.directory.acceptInvitation(late.access, { token });

      expect(invited).toMatchObject({ outcome: 'ok', invitation: { role: 'member', status: 'open', email: null } });
      expect(preview).toMatchObject({ workspaceName: 'Acme', role: 'member', email: null });
      expect(accepted).toMatchObject({ outcome: 'ok', workspaceId: acme.id });
      expect([again.outcome, second.outcome]).toEqual(['already_member', 'spent']);
      expect(await world.directory.invitationOf(late.access, token)).toBeNull();
      expect((await rolesOf(world, acme.id, acme.owner)).get(guest.id)).toBe('member');
    });

    it('let one of many in who come at once', async () => {
      const { token, answer } = ask();
      await answer;
      const guests = await Promise.all(Array.from({ length: 5 }, () => newPerson(world)));

      const answers = await Promise.all(
        guests.map(({ access }) => world.directory.acceptInvitation(access, { token })),
      );

      expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['ok', 'spent', 'spent', 'spent', 'spent']);
    });

    it('to an address are for nobody else, and are listed to whom they are for', async () => {
      const guest = await newPerson(world);
      const { token, answer } = ask(guest.principal.email, 'admin');
      await answer;

      const other = await world.directory.acceptInvitation(acme.stranger.access, { token });
      const [received] = await world.directory.receivedInvitations(guest.access);
      const invitationId = received?.id ?? newId('inv');
      const stolen = await world.directory.acceptInvitation(acme.stranger.access, { invitationId });
      const accepted = await world.directory.acceptInvitation(guest.access, { invitationId });

      expect(received).toMatchObject({ workspaceName: 'Acme', role: 'admin' });
      expect(await world.directory.receivedInvitations(acme.stranger.access)).toEqual([]);
      expect([other.outcome, stolen.outcome, accepted.outcome]).toEqual(['forbidden', 'not_found', 'ok']);
      expect(await world.directory.receivedInvitations(guest.access)).toEqual([]);
    });

    it('to an address take the place of an older one, and are refused for a member', async () => {
      const guest = await newPerson(world);
      const older = ask(guest.principal.email);
      await older.answer;
      await ask(guest.principal.email).answer;

      const accepted = await world.directory.acceptInvitation(guest.access, { token: older.token });

      expect(accepted.outcome).toBe('spent');
      expect(await ask(acme.member.principal.email).answer).toEqual({ outcome: 'already_member' });
    });

    it('end when they are revoked or too old', async () => {
      const revoked = ask();
      const answer = await revoked.answer;
      if (answer.outcome !== 'ok') throw new Error(answer.outcome);
      const old = ask(null, 'member', Date.now() - 1_000);
      await old.answer;
      const { id } = answer.invitation;

      expect(await world.directory.revokeInvitation(acme.member.access, acme.id, id)).toBe('forbidden');
      expect(await world.directory.revokeInvitation(acme.stranger.access, acme.id, id)).toBe('not_found');
      expect(await world.directory.revokeInvitation(acme.owner.access, acme.id, id)).toBe('ok');
      expect(await world.directory.revokeInvitation(acme.owner.access, acme.id, id)).toBe('ok');
      for (const { token } of [revoked, old]) {
        expect(await world.directory.acceptInvitation(acme.stranger.access, { token })).toEqual({ outcome: 'spent' });
      }
      const { data } = await world.directory.invitations(acme.owner.access, { workspaceId: acme.id, limit: 9 });
      const open = data.filter(({ status }) => status !== 'accepted').map(({ status }) => status);
      expect(open.toSorted()).toEqual(['expired', 'revoked']);
      const page = await world.directory.invitations(acme.owner.access, { workspaceId: acme.id, limit: 2 });
      expect(page.data).toEqual(data.slice(0, 2));
      expect(page.nextCursor).not.toBeNull();
      expect((await world.directory.invitations(acme.member.access, { workspaceId: acme.id, limit: 9 })).data).toEqual(
        [],
      );
    });

    it('let anonymous people in by link and as members only', async () => {
      const guest = await newPerson(world, { isAnonymous: true });
      const [asAdmin, asMember] = [ask(null, 'admin'), ask()];
      await Promise.all([asAdmin.answer, asMember.answer]);

      expect(await world.directory.acceptInvitation(guest.access, { token: asAdmin.token })).toEqual({
        outcome: 'anonymous',
      });
      expect(await world.directory.acceptInvitation(guest.access, { token: asMember.token })).toMatchObject({
        outcome: 'ok',
      });
    });

    it('are made by owners and admins', async () => {
      const by = async (actor: 'member' | 'stranger') => {
        const asked = {
          id: newId('inv'),
          workspaceId: acme.id,
          email: null,
          role: 'admin',
          token: newToken(),
          expiresAtMs: inAnHour(),
        } as const;
        return (await world.directory.invite(actorOf(actor).access, asked)).outcome;
      };

      expect([await by('member'), await by('stranger')]).toEqual(['forbidden', 'not_found']);
    });

    it('are made once by the same id', async () => {
      const asked = {
        id: newId('inv'),
        workspaceId: acme.id,
        email: null,
        role: 'member',
        token: newToken(),
        expiresAtMs: inAnHour(),
      } as const;
      await world.directory.invite(acme.admin.access, asked);

      const again = await world.directory.invite(acme.admin.access, { ...asked, token: newToken() });

      expect(again).toEqual({ outcome: 'already_created' });
      const { data } = await world.directory.invitations(acme.owner.access, { workspaceId: acme.id, limit: 100 });
      expect(data.filter(({ id }) => id === asked.id)).toMatchObject([{ status: 'open' }]);
    });

    it('are made for members only by an API key, and end with it', async () => {
      const company = await newCompany(world);
      const { service } = await newKey(world, company.id, company.owner, ['manage']);
      const byKey = await world.minter.forUser(service);
      const token = newToken();
      const asked = { workspaceId: company.id, email: null, expiresAtMs: inAnHour() };
      const guest = await newPerson(world);

      const [asAdmin, asMember] = [
        await world.directory.invite(byKey, { ...asked, id: newId('inv'), role: 'admin', token: newToken() }),
        await world.directory.invite(byKey, { ...asked, id: newId('inv'), role: 'member', token }),
      ];
      const promoted = await world.directory.changeRole(byKey, company.id, company.member.id, 'admin');
      await world.apiKeys.revokeApiKey(company.owner.access, company.id, service.apiKeyId);

      expect([asAdmin.outcome, asMember.outcome, promoted]).toEqual(['forbidden', 'ok', 'forbidden']);
      expect((await rolesOf(world, company.id, company.owner)).get(company.member.id)).toBe('member');
      expect(await world.directory.acceptInvitation(guest.access, { token })).toEqual({ outcome: 'spent' });
    });

    it('are unknown by a token that was never given out', async () => {
      const token = newToken();

      expect(await world.directory.invitationOf(acme.stranger.access, token)).toBeNull();
      expect(await world.directory.acceptInvitation(acme.stranger.access, { token })).toEqual({ outcome: 'not_found' });
    });
  });

  describe(`${name} as a directory: the audit log`, () => {
    it('tells owners and admins who changed which right, newest first', async () => {
      await world.directory.changeRole(acme.owner.access, acme.id, acme.member.id, 'admin');
      await world.directory.renameWorkspace(acme.admin.access, acme.id, 'Acme 2');
      await world.directory.removeMember(acme.owner.access, acme.id, acme.member.id);

      const { data } = await world.directory.auditLog(acme.admin.access, { workspaceId: acme.id, limit: 100 });
      const page = await world.directory.auditLog(acme.admin.access, { workspaceId: acme.id, limit: 1 });

      expect(data.slice(0, 3)).toMatchObject([
        { action: 'member.removed', actorId: acme.owner.id, subject: acme.member.id, details: { role: 'admin' } },
        { action: 'workspace.renamed', actorId: acme.admin.id, details: { from: 'Acme', to: 'Acme 2' } },
        { action: 'member.role_changed', actorId: acme.owner.id, details: { from: 'member', to: 'admin' } },
      ]);
      expect(data.map(({ action }) => action)).toEqual(expect.arrayContaining(['invitation.created', 'member.added']));
      expect(page.data).toHaveLength(1);
      expect(page.nextCursor).not.toBeNull();
      for (const actor of ['member', 'stranger'] as const) {
        const seen = await world.directory.auditLog(actorOf(actor).access, { workspaceId: acme.id, limit: 9 });
        expect(seen.data).toEqual([]);
      }
    });
  });

  describe(`${name} as a store of API keys`, () => {
    it('tells whom a key stands for, until it is revoked', async () => {
      const { secret, service } = await newKey(world, acme.id, acme.admin, ['read', 'run']);

      const listed = await world.apiKeys.apiKeys(acme.owner.access, { workspaceId: acme.id, limit: 9 });
      const revoked = await world.apiKeys.revokeApiKey(acme.owner.access, acme.id, service.apiKeyId);

      expect(service).toMatchObject({
        kind: 'service',
        userId: acme.admin.id,
        workspaceId: acme.id,
        scopes: ['read', 'run'],
      });
      expect(listed.data).toMatchObject([
        {
          id: service.apiKeyId,
          name: 'Website',
          lastFour: secret.slice(-4),
          createdBy: acme.admin.id,
          revokedAt: null,
        },
      ]);
      expect(listed.data[0]?.lastUsedAt).not.toBeNull();
      expect(JSON.stringify(listed)).not.toContain(secret);
      expect(revoked).toBe('ok');
      await expect(world.verifier.verify(secret)).rejects.toMatchObject({ code: 'unauthenticated' });
    });

    it('knows no key with another secret, none that is made up, and none without its form', async () => {
      const { secret } = await newKey(world, acme.id, acme.admin, ['read']);
      const other = `${secret.slice(0, -4)}${secret.endsWith('aaaa') ? 'bbbb' : 'aaaa'}`;

      for (const wrong of [other, `troupe_sk_${'0'.repeat(26)}_${newToken()}`, 'troupe_sk_', 'troupe_sk_x_y']) {
        await expect(world.verifier.verify(wrong)).rejects.toMatchObject({ code: 'unauthenticated' });
      }
    });

    it('ends a key with its member', async () => {
      const { secret } = await newKey(world, acme.id, acme.admin, ['read']);

      await world.directory.removeMember(acme.owner.access, acme.id, acme.admin.id);

      await expect(world.verifier.verify(secret)).rejects.toMatchObject({ code: 'unauthenticated' });
    });

    it('is for owners and admins in person', async () => {
      const { service } = await newKey(world, acme.id, acme.owner, ['manage']);
      const byKey = await world.minter.forUser(service);
      const add = async (access: typeof byKey) => {
        const [id, secret] = [newId('key'), newToken()];
        const asked = { id, workspaceId: acme.id, name: 'More', scopes: ['manage'] as const, secret };
        return (await world.apiKeys.addApiKey(access, asked)).outcome;
      };

      const outcomes = [await add(acme.member.access), await add(acme.stranger.access), await add(byKey)];

      expect(outcomes).toEqual(['forbidden', 'not_found', 'forbidden']);
      expect(await world.apiKeys.revokeApiKey(byKey, acme.id, service.apiKeyId)).toBe('forbidden');
      expect((await world.apiKeys.apiKeys(acme.member.access, { workspaceId: acme.id, limit: 9 })).data).toEqual([]);
      expect(await world.apiKeys.apiKey(acme.member.access, service.apiKeyId)).toBeNull();
    });

    it('confines a key to its workspace, and below an owner', async () => {
      const elsewhere = await world.directory.createWorkspace(acme.owner.access, { name: 'Other', kind: 'company' });
      if (elsewhere.outcome !== 'ok') throw new Error(elsewhere.outcome);
      const reads = await newKey(world, acme.id, acme.owner, ['read']);
      const manages = await newKey(world, acme.id, acme.owner, ['manage']);
      const [reader, manager] = await Promise.all([reads, manages].map(({ service }) => world.minter.forUser(service)));
      if (!reader || !manager) throw new Error('no access');
      const { directory } = world;

      expect(await directory.workspace(manager, acme.id, acme.owner.id)).not.toBeNull();
      expect(await directory.workspace(manager, elsewhere.workspaceId, acme.owner.id)).toBeNull();
      expect(await directory.changeRole(manager, elsewhere.workspaceId, acme.owner.id, 'member')).toBe('not_found');
      expect(await directory.renameWorkspace(reader, acme.id, 'By key')).toBe(false);
      expect(await directory.renameWorkspace(manager, acme.id, 'By key')).toBe(true);
      expect(await directory.changeRole(manager, acme.id, acme.admin.id, 'owner')).toBe('forbidden');
      expect(await directory.changeRole(manager, acme.id, acme.admin.id, 'member')).toBe('ok');
      expect(await directory.changeRole(reader, acme.id, acme.member.id, 'member')).toBe('forbidden');
      expect(await directory.deleteWorkspace(manager, acme.id, { name: 'By key', withoutExport: true })).toBe(
        'forbidden',
      );
      expect(await directory.exportPage(manager, acme.id)).toBeNull();
      expect((await directory.auditLog(reader, { workspaceId: acme.id, limit: 9 })).data).toEqual([]);
      expect((await directory.members(reader, { workspaceId: elsewhere.workspaceId, limit: 9 })).data).toEqual([]);
    });
  });
}
