import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { AuthProvider } from '#core/protocol/person.ts';
import type { Account } from '../session/account.ts';
import { ProviderButtons } from './provider-buttons.tsx';
import { providerNames } from './provider-names.ts';

const nothing = async () => {};
const account: Account = {
  signIn: nothing,
  signUp: async () => 'done',
  makePermanent: async () => 'done',
  goToProvider: nothing,
  changePassword: nothing,
  sendPasswordReset: nothing,
  signOut: nothing,
};
const shown = (providers: AuthProvider[], link = false) =>
  renderToStaticMarkup(<ProviderButtons account={account} providers={providers} link={link} next="/" />);

describe('ways to sign in beside e-mail', () => {
  it.each(AuthProvider.options)('%s has a button when it is set up, and the others have none', (provider) => {
    const html = shown([provider]);

    expect(html).toContain(`Continue with ${providerNames[provider]}`);
    for (const other of AuthProvider.options.filter((each) => each !== provider))
      expect(html).not.toContain(`with-${other}`);
  });

  it('are added to an account that is there, and shown all that there are', () => {
    const html = shown([...AuthProvider.options], true);

    for (const provider of AuthProvider.options) expect(html).toContain(`Connect ${providerNames[provider]}`);
  });

  it('take no place when there are none', () => {
    expect(shown([])).toBe('');
  });
});
