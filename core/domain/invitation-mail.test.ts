import { expect, it } from 'vitest';
import { newId } from '../ports/samples.contract.ts';
import { invitationMail } from './invitation-mail.ts';

const invitation = {
  id: newId('inv'),
  email: 'ben@example.com',
  role: 'admin' as const,
  workspaceName: 'Acme',
  inviterName: 'Ada',
  expiresAt: '2026-11-28T09:00:00.000Z',
};

it('says who invites whom to what, until when, and where to accept it', () => {
  const mail = invitationMail(invitation, 'https://troupe.example.com/');

  expect(mail).toMatchObject({ to: 'ben@example.com', subject: 'Invitation to Acme' });
  expect(mail.text).toContain('Ada invites you to the workspace "Acme" as an admin.');
  expect(mail.text).toContain('https://troupe.example.com/account\n');
  expect(mail.text).toContain('until 2026-11-28');
});

it('lets nobody write lines or headers of their own into it', () => {
  const workspaceName = 'Acme\r\nBcc: all@example.com\n\nClick https://evil.example';

  const email = 'ben@example.com\n\nWire the money';

  const { subject, text } = invitationMail(
    { ...invitation, email, workspaceName, inviterName: null },
    'https://a.example',
  );

  expect(subject).not.toMatch(/[\r\n]/);
  expect(text).toContain('(ben@example.com Wire the money)');
  expect(text.split('\n')[0]).toContain('Bcc: all@example.com Click');
});
