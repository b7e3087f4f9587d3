import { beforeEach, describe, expect, it } from 'vitest';
import type { InvitationMail } from '../ports/mail-list.ts';
import { sendMails } from './send-mails.ts';
import { createWorld, type World } from './testing.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const invitation = (email: string): InvitationMail => ({
  id: world.deps.newId('inv'),
  email,
  role: 'member',
  workspaceName: 'Acme',
  inviterName: 'Ada',
  expiresAt: '2026-11-28T09:00:00.000Z',
});

describe('mails', () => {
  it('are sent once', async () => {
    world.mail(invitation('ben@example.com'));

    const reports = [await sendMails(world.deps), await sendMails(world.deps)];

    expect(reports).toEqual([
      { mailed: 1, failed: 0 },
      { mailed: 0, failed: 0 },
    ]);
    expect(world.sent).toMatchObject([{ to: 'ben@example.com', subject: 'Invitation to Acme' }]);
  });

  it('are tried again when they could not be sent, and do not hold up the others', async () => {
    world.mail(invitation('ben@example.com'));
    world.mail(invitation('eve@example.com'));
    world.breaker.cutAt(2, 'before');

    const first = await sendMails(world.deps);
    const second = await sendMails(world.deps);

    expect([first, second]).toEqual([
      { mailed: 1, failed: 1 },
      { mailed: 1, failed: 0 },
    ]);
    expect(world.sent.map(({ to }) => to)).toEqual(['eve@example.com', 'ben@example.com']);
  });

  it('are given up when their address is refused', async () => {
    world.mail(invitation('nobody'));

    await sendMails(world.deps);

    expect(await sendMails(world.deps)).toEqual({ mailed: 0, failed: 0 });
    expect(world.sent).toEqual([]);
  });

  it('are not touched where none are sent', async () => {
    world.mail(invitation('ben@example.com'));

    expect(await sendMails({ ...world.deps, mailer: null })).toEqual({ mailed: 0, failed: 0 });
    expect(await world.deps.mails.claim(9)).toHaveLength(1);
  });
});
