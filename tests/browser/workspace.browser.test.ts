import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  createAccount,
  createCompany,
  goTo,
  inviteByLink,
  joinByLink,
  newAccount,
} from '../support/browser-account.ts';
import {
  desktop,
  expectAccessible,
  launchBrowser,
  newPerson,
  phone,
  send,
  untilAnswered,
} from '../support/test-browser.ts';

const world = inject('world');
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

const members = (page: Page) => page.getByTestId('member');

describe('a guest', () => {
  it('becomes permanent, keeps every thread, signs out and in again', async () => {
    const person = await newPerson(browser, world.url);
    const page = await person.open();
    await send(page, 'Hello from a guest');
    await untilAnswered(page, 'You wrote');

    await createAccount(page, 'keeper@company.example');
    await page.getByTestId('thread-entry').filter({ hasText: 'Hello from a guest' }).waitFor();
    await page.getByTestId('account-menu').click();
    await page.getByTestId('sign-out').click();
    await page.getByTestId('signed-out').waitFor();
    await expectAccessible(page);
    await page.reload();
    await page.getByTestId('email').fill('keeper@company.example');
    await page.getByTestId('password').fill('wrong horse battery');
    await page.getByTestId('submit-sign-in').click();
    await page.getByTestId('sign-in-outcome').filter({ hasText: 'do not belong together' }).waitFor();
    await page.getByTestId('password').fill('correct horse battery');
    await page.getByTestId('submit-sign-in').click();

    await page.getByTestId('thread-entry').filter({ hasText: 'Hello from a guest' }).waitFor();
    await person.context.close();
  });

  it('is told to create an account before there can be a company', async () => {
    const person = await newPerson(browser, world.url);
    const page = await person.open();
    await page.getByTestId('starter').first().waitFor();

    await page.getByTestId('workspace-switcher').click();
    await page.getByTestId('create-workspace').click();
    await page.getByTestId('create-workspace-dialog').getByText('You are a guest').waitFor();
    await expectAccessible(page);

    expect(person.complaints).toEqual([]);
    await person.context.close();
  });
});

describe('an account', () => {
  it('has one theme on every device', async () => {
    const here = await newAccount(browser, world, 'theme@company.example');
    const page = await here.open();
    await page.getByTestId('theme-toggle').click();
    const kept = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    expect((await kept).status()).toBe(200);

    const there = await newPerson(browser, world.url, { storageState: await here.context.storageState() });
    await there.context.addInitScript("localStorage.removeItem('troupe.theme')");
    const other = await there.open();

    await expect.poll(() => other.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await Promise.all([here.context.close(), there.context.close()]);
  });
});

describe('a company', () => {
  it('is made, joined by link, and left; what happened stands in the audit log', async () => {
    const ada = await newAccount(browser, world, 'ada@company.example');
    const ben = await newPerson(browser, world.url);
    const page = await ada.open();
    await createCompany(page, 'Acme');
    const bens = await joinByLink(ben, await inviteByLink(page), 'ben@company.example', 'Acme');

    await page.reload();
    await expect.poll(() => members(page).count()).toBe(2);
    await members(page).filter({ hasText: 'ben@company.example' }).getByTestId('member-actions').click();
    await page.getByRole('menuitem', { name: 'Make admin' }).click();
    await members(page).filter({ hasText: 'Admin' }).waitFor();
    await bens.reload();
    await goTo(bens, 'Settings');
    await bens.getByTestId('leave').click();
    await bens.getByTestId('confirm').click();
    await bens.getByTestId('workspace-switcher').filter({ hasNotText: 'Acme' }).waitFor();
    await page.reload();
    await expect.poll(() => members(page).count()).toBe(1);
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByTestId('audit-entry').filter({ hasText: 'Member removed' }).waitFor();
    await expectAccessible(page);

    expect([...ada.complaints, ...ben.complaints]).toEqual([]);
    await Promise.all([ada.context.close(), ben.context.close()]);
  });

  it('has an address that strangers find nothing at, and is deleted after its export', async () => {
    const owner = await newAccount(browser, world, 'owner@company.example');
    const stranger = await newPerson(browser, world.url);
    const page = await owner.open();
    await createCompany(page, 'Short-lived');
    await goTo(page, 'Settings');
    await page.getByTestId('delete-workspace').waitFor();

    const theirs = await stranger.open(new URL(page.url()).pathname);
    await theirs.getByTestId('not-found').waitFor();
    await page.getByTestId('delete-workspace').click();
    const dialog = page.getByTestId('delete-dialog');
    await dialog.getByTestId('type-name').fill('Short-lived');
    await expect.poll(() => dialog.getByTestId('delete-for-good').isDisabled()).toBe(true);
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Export as JSON' }).click();
    expect((await download).suggestedFilename()).toBe('Short-lived.json');
    await dialog.getByTestId('delete-for-good').click();

    await page.getByTestId('workspace-switcher').filter({ hasNotText: 'Short-lived' }).waitFor();
    await Promise.all([owner.context.close(), stranger.context.close()]);
  });
});

describe.each([
  ['desktop, dark', { viewport: desktop, colorScheme: 'dark' as const }],
  ['phone, light', { viewport: phone, colorScheme: 'light' as const }],
])('the pages of a workspace: %s', (_name, look) => {
  it('are accessible, and nothing is cut off', async () => {
    const person = await newPerson(browser, world.url, look);
    const page = await person.open();
    await page.getByTestId('composer').waitFor();
    if (look.viewport === phone) await page.getByTestId('open-drawer').click();
    await goTo(page, 'Agents');
    await page.waitForURL(/\/w\/wsp_[^/]+\/agents$/);
    const workspace = new URL(page.url()).pathname.replace(/\/agents$/, '');

    const paths = [
      'agents',
      'rules',
      'skills',
      'discover',
      'runs',
      'usage',
      ...['general', 'members', 'models', 'budgets', 'api-keys', 'audit'].map((name) => `settings/${name}`),
    ].map((name) => `${workspace}/${name}`);
    for (const path of [...paths, '/account', '/sign-in']) {
      await page.goto(path);
      await page.locator('main h1').waitFor();
      await page.locator('main [role="status"][aria-label^="Loading"]').first().waitFor({ state: 'detached' });
      await expectAccessible(page);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width, path).toBeLessThanOrEqual(look.viewport.width);
    }

    expect(person.complaints).toEqual([]);
    await person.context.close();
  });
});
