import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { goTo, newAccount } from '../support/browser-account.ts';
import { grantForGood } from '../support/grant-for-good.ts';
import { makePlatformAdmin } from '../support/platform-admin.ts';
import {
  composer,
  expectAccessible,
  launchBrowser,
  newPerson,
  phone,
  send,
  untilAnswered,
} from '../support/test-browser.ts';
import { join } from '../support/test-company.ts';
import { newRequestId } from '../support/test-user.ts';

const world = inject('world');
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});
// A guest owns their personal workspace, so all of this is theirs without an account.
beforeEach(async () => {
  const person = await newPerson(browser, world.url);
  page = await person.open();
  await page.getByTestId('composer').waitFor();
  return () => person.context.close();
});

const saved = (version: number) =>
  page
    .getByTestId('toast')
    .filter({ hasText: `version ${version}` })
    .waitFor();

async function newAgent(name: string): Promise<void> {
  await goTo(page, 'Agents');
  await page.getByTestId('new-agent').click();
  await page.getByTestId('agent-name-field').fill(name);
  await page.getByTestId('save').click();
  await page.getByTestId('talk').waitFor();
}

describe('the catalog', () => {
  it('is searched, read, hired from, and knows who works here', async () => {
    await goTo(page, 'Discover');
    await expect.poll(() => page.getByTestId('catalog-card').count()).toBeGreaterThanOrEqual(12);
    await page.getByRole('searchbox', { name: 'Search the catalog' }).fill('strategy');
    const card = page.getByTestId('catalog-card').filter({ hasText: 'Strategy Analyst' });
    await card.waitFor();
    await page.waitForURL(/q=strategy/);

    await card.getByRole('button', { name: 'Strategy Analyst', exact: true }).click();
    await page.getByTestId('catalog-dialog').getByRole('heading', { name: 'Instructions' }).waitFor();
    await expectAccessible(page);
    await page.getByTestId('catalog-dialog').getByTestId('hire').click();
    await page.getByTestId('catalog-dialog').getByTestId('hired').waitFor();
    await page.keyboard.press('Escape');
    await card.getByTestId('hired').click();
    await page.getByTestId('dismiss').click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('rehire').click();

    await page.getByTestId('dismiss').waitFor();
  });
});

describe('an agent', () => {
  it('is made, changed, compared and brought back', async () => {
    await newAgent('Desk');
    await page.getByTestId('agent-instructions').fill('Answer first.\nThen stop.');
    await page.getByTestId('save').click();
    await saved(2);
    await page.getByTestId('agent-instructions').fill('Answer first.\nThen hand over.');
    await page.getByTestId('save').click();
    await saved(3);

    await page.getByTestId('tab-versions').click();
    await expect.poll(() => page.getByTestId('version').count()).toBe(3);
    await page.getByTestId('version').first().getByRole('button').first().click();
    await page.getByTestId('version').first().getByText('added: Then hand over.').waitFor();
    await expectAccessible(page);
    await page.getByTestId('version').nth(1).getByRole('button').first().click();
    await page.getByTestId('restore').click();
    await page.getByTestId('confirm').click();
    await expect.poll(() => page.getByTestId('version').count()).toBe(4);
    await page.getByTestId('tab-profile').click();

    expect(await page.getByTestId('agent-instructions').inputValue()).toBe('Answer first.\nThen stop.');
  });

  it('says at its field what is wrong, and loses nothing that was written', async () => {
    await newAgent('Desk');
    await page.getByTestId('tab-limits').click();
    await page.getByTestId('agent-model').fill('nobody/knows-this');
    await page.getByTestId('save').click();

    await page.getByRole('alert').first().waitFor();
    expect(await page.getByTestId('agent-model').inputValue()).toBe('nobody/knows-this');
    await expectAccessible(page);
  });

  it('is tried beside its editor', async () => {
    await newAgent('Desk');
    await page.getByTestId('try-it').click();
    await page.getByTestId('start-trial').click();
    await composer(page).fill('Hello there');
    await composer(page).press('Enter');
    await untilAnswered(page, 'You wrote "Hello there"');

    await expectAccessible(page);
    await page.getByTestId('thread-entry').filter({ hasText: 'Trying Desk' }).waitFor();
  });

  it('is tried on a phone on top of its editor, at an address of its own', async () => {
    const small = await newPerson(browser, world.url, { viewport: phone });
    const mobile = await small.open();
    await mobile.getByTestId('composer').waitFor();
    await mobile.getByTestId('open-drawer').click();
    await goTo(mobile, 'Agents');
    await mobile.getByTestId('agent-card').first().getByRole('link').click();
    await mobile.getByTestId('try-it').click();
    await expectAccessible(mobile);
    await mobile.getByTestId('start-trial').press('Enter');
    await send(mobile, 'Hello there');
    await untilAnswered(mobile, 'You wrote "Hello there"');

    await expectAccessible(mobile);
    await mobile.reload();
    await untilAnswered(mobile, 'You wrote "Hello there"');
    await mobile.keyboard.press('Escape');
    await mobile.getByTestId('try-pane').waitFor({ state: 'detached' });
    expect(new URL(mobile.url()).search).not.toContain('trying');
    expect(small.complaints).toEqual([]);
    await small.context.close();
  });

  it('shows admins what others were allowed for good, and others their own', async () => {
    const [ada, ben] = [
      await newAccount(browser, world, 'ada@grants.example'),
      await newAccount(browser, world, 'ben@grants.example', { viewport: phone }),
    ];
    const company = await ada.user.call('POST /v1/workspaces', {
      body: { name: 'Grants', kind: 'company', clientRequestId: newRequestId() },
    });
    await join(company.id, ada.user, ben.user, 'member');
    const agent = await ada.user.call('POST /v1/agents', { body: { workspaceId: company.id, name: 'Desk' } });
    await grantForGood(world, ada.user, agent, 'current_time');
    for (const tool of ['pay_invoice', 'send']) await grantForGood(world, ben.user, agent, tool);
    const path = `/w/${company.id}/agents/${agent.id}?tab=tools`;

    const desk = await ada.open(path);
    await expect.poll(() => desk.getByTestId('grant').count()).toBe(3);
    await desk.getByRole('button', { name: 'Take back Pay invoice for ben' }).press('Enter');
    await desk.getByTestId('toast').filter({ hasText: 'from their next run on' }).waitFor();
    await expect.poll(() => desk.getByTestId('grants').locator(':focus').count()).toBe(1);
    await expectAccessible(desk);
    const small = await ben.open(path);
    await small.getByTestId('grant').filter({ hasText: 'For you, approved by you' }).waitFor();
    await expectAccessible(small);
    expect(await small.getByTestId('grant').allInnerTexts()).toEqual([expect.stringMatching(/^Send\n/)]);

    await Promise.all([ada.context.close(), ben.context.close()]);
  });

  it('has memories, rules and skills that people write', async () => {
    await newAgent('Desk');
    await page.getByTestId('tab-memories').click();
    await page.getByTestId('new-memory').click();
    await page.getByTestId('memory-path').fill('customers/acme.md');
    await page.getByTestId('memory-content').fill('# Acme\n\nPays late.');
    await page.getByTestId('memory-submit').click();
    await page.getByTestId('memories').getByText('customers/acme.md').waitFor();

    await page.getByTestId('tab-rules').click();
    await page.getByTestId('new-rule').click();
    await page.getByTestId('rule-text').fill('Answer in English.');
    await page.getByTestId('rule-submit').click();
    await page.getByTestId('rule').filter({ hasText: 'Answer in English.' }).waitFor();

    await goTo(page, 'Agents');
    await page.getByRole('link', { name: 'Skills' }).click();
    await page.getByTestId('new-skill').click();
    await page.getByTestId('skill-name').fill('answer-a-refund');
    await page.getByTestId('skill-description').fill('How a refund is answered.');
    await page.getByTestId('skill-content').fill('1. Ask for the number.');
    await page.getByTestId('save').click();
    await page.waitForURL(/skills\/skl_/);
    await goTo(page, 'Agents');
    await page.getByTestId('agent-card').getByRole('link', { name: 'Desk' }).click();
    await page.getByTestId('tab-tools').click();
    await page.getByRole('checkbox', { name: 'Load a skill' }).check();
    await page.getByTestId('save').click();
    await saved(2);
    await page.getByTestId('tab-skills').click();
    await page.getByRole('checkbox', { name: 'answer-a-refund' }).check();
    await page.getByTestId('tab-prompt').click();
    await page.getByRole('button', { name: /^Skills/ }).click();
    await page.getByText('How a refund is answered.').waitFor();

    await expectAccessible(page);
  });
});

describe('the catalog, for platform admins', () => {
  it('is nothing that others find', async () => {
    await goTo(page, 'Discover');
    await page.getByTestId('catalog-card').first().waitFor();
    expect(await page.getByTestId('manage-catalog').count()).toBe(0);

    await page.goto(new URL('catalog', page.url()).pathname);

    await page.getByTestId('not-found').waitFor();
  });

  it('is written, published, compared and retired', async () => {
    const curator = await newAccount(browser, world, 'curator@catalog.example');
    await makePlatformAdmin(world, curator.user.userId);
    const desk = await curator.open();
    await goTo(desk, 'Discover');
    await desk.getByTestId('manage-catalog').click();
    await expect.poll(() => desk.getByTestId('entry').count()).toBeGreaterThanOrEqual(12);
    await expectAccessible(desk);
    await desk.getByTestId('new-entry').click();
    await desk.getByTestId('entry-name').fill('Night Watch');
    expect(await desk.getByTestId('entry-slug').inputValue()).toBe('night-watch');
    await desk.getByTestId('entry-department').selectOption('Operations');
    await desk.getByTestId('entry-instructions').fill('Stay awake.\nReport at dawn.');
    await desk.getByTestId('new-entry-submit').click();

    const move = async (action: 'publish' | 'retire', version: string, state: string) => {
      const row = desk.getByTestId('version').filter({ hasText: version });
      if ((await desk.getByTestId(action).count()) === 0) await row.getByRole('button').first().click();
      await row.getByTestId(action).click();
      await desk.getByTestId('confirm').click();
      await row.filter({ hasText: state }).waitFor();
    };
    await desk.getByTestId('tab-versions').click();
    await move('publish', 'Version 1', 'Published');
    await desk.getByTestId('tab-profile').click();
    await desk.getByTestId('agent-instructions').fill('Stay awake.\nReport at noon.');
    await desk.getByTestId('save').click();
    await desk.getByTestId('toast').filter({ hasText: 'Draft 2' }).waitFor();
    await desk.getByTestId('tab-versions').click();
    await desk.getByTestId('version').first().getByRole('button').first().click();
    await desk.getByText('added: Report at noon.').waitFor();
    await expectAccessible(desk);
    await move('publish', 'Version 2', 'Published');
    await desk.getByTestId('version').filter({ hasText: 'Version 1' }).filter({ hasText: 'Retired' }).waitFor();
    await goTo(page, 'Discover');
    await page.getByRole('searchbox', { name: 'Search the catalog' }).fill('Night Watch');
    await page.waitForURL(/q=Night/);
    await page.getByTestId('catalog-card').filter({ hasText: 'Night Watch' }).waitFor();
    await move('retire', 'Version 2', 'Retired');

    await page.reload();
    await page.getByText('Nobody is like this').waitFor();
    expect(curator.complaints).toEqual([]);
    await curator.context.close();
  });
});
