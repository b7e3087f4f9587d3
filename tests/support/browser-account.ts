import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { newPerson, type Person } from './test-browser.ts';
import type { TestStack } from './test-stack.ts';
import { newUser, type TestUser } from './test-user.ts';

const password = 'correct horse battery';

/** Makes the guest on a page a permanent person, as they would themself. */
export async function createAccount(page: Page, email: string): Promise<void> {
  await page.getByTestId('keep-account').click();
  await fillAccount(page, email);
  await page.getByTestId('account-menu').waitFor();
}

async function fillAccount(page: Page, email: string): Promise<void> {
  await page.getByTestId('email').fill(email);
  await page.getByTestId('password').fill(password);
  await page.getByTestId('submit-sign-in').click();
}

/** Somebody who has signed up before, and whose browser is still signed in. */
export async function newAccount(
  browser: Browser,
  { url, supabaseUrl, publishableKey }: Pick<TestStack, 'url' | 'supabaseUrl' | 'publishableKey'>,
  email: string,
  look: Pick<BrowserContextOptions, 'viewport' | 'colorScheme'> = {},
): Promise<Person & { readonly user: TestUser }> {
  const user = await newUser({ url, supabaseUrl, publishableKey }, { email, password });
  const { data } = await user.supabase.auth.getSession();
  const localStorage = [{ name: 'troupe.session', value: JSON.stringify(data.session) }];
  const storageState = { cookies: [], origins: [{ origin: url, localStorage }] };
  return { ...(await newPerson(browser, url, { ...look, storageState })), user };
}

/** Makes a company workspace, which the page then shows. */
export async function createCompany(page: Page, name: string): Promise<void> {
  await page.getByTestId('workspace-switcher').click();
  await page.getByTestId('create-workspace').click();
  await page.getByTestId('new-workspace-name').fill(name);
  await page.getByTestId('create-workspace-submit').click();
  await page.getByTestId('workspace-switcher').filter({ hasText: name }).waitFor();
}

/** Makes a link that invites one person to the workspace that a page shows; the page is then that of the members. */
export async function inviteByLink(page: Page): Promise<string> {
  await goTo(page, 'Settings');
  await page.getByRole('link', { name: 'Members' }).click();
  await page.getByTestId('invite').click();
  await page.getByTestId('invite-submit').click();
  const link = await page.getByTestId('invitation-link').inputValue();
  await page.getByTestId('invite-done').click();
  return link;
}

/** Opens the link as a guest, who becomes permanent to join; the page is then that of the company. */
export async function joinByLink(guest: Person, link: string, email: string, company: string): Promise<Page> {
  const page = await guest.open(link);
  await page.getByTestId('create-account-to-join').click();
  await fillAccount(page, email);
  await page.getByTestId('join').click();
  await page.getByTestId('workspace-switcher').filter({ hasText: company }).waitFor();
  return page;
}

/** Goes to a page of the workspace by the navigation beside the threads. */
export const goTo = (page: Page, name: 'Agents' | 'Discover' | 'Usage' | 'Settings') =>
  page.getByRole('navigation', { name: 'Threads' }).getByRole('link', { name, exact: true }).click();
