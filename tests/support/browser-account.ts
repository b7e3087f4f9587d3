import type { Page } from 'playwright-core';

/** Makes the guest on a page a permanent person, as they would themself. */
export async function createAccount(page: Page, email: string, password = 'correct horse battery'): Promise<void> {
  await page.getByTestId('keep-account').click();
  await page.getByTestId('email').fill(email);
  await page.getByTestId('password').fill(password);
  await page.getByTestId('submit-sign-in').click();
  await page.getByTestId('account-menu').waitFor();
}

/** Makes a company workspace, which the page then shows. */
export async function createCompany(page: Page, name: string): Promise<void> {
  await page.getByTestId('workspace-switcher').click();
  await page.getByTestId('create-workspace').click();
  await page.getByTestId('new-workspace-name').fill(name);
  await page.getByTestId('create-workspace-submit').click();
  await page.getByTestId('workspace-switcher').filter({ hasText: name }).waitFor();
}

/** Goes to a page of the workspace by the navigation beside the threads. */
export const goTo = (page: Page, name: 'Agents' | 'Discover' | 'Usage' | 'Settings') =>
  page.getByRole('navigation', { name: 'Threads' }).getByRole('link', { name, exact: true }).click();
