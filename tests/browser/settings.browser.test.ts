import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import {
  createAccount,
  createCompany,
  goTo,
  inviteByLink,
  joinByLink,
  newAccount,
} from '../support/browser-account.ts';
import { type ChatModel, startChatModel } from '../support/chat-model.ts';
import { expectAccessible, launchBrowser, newPerson, send, untilAnswered } from '../support/test-browser.ts';
import type { TestUser } from '../support/test-user.ts';

const world = inject('world');
let browser: Browser;
let model: ChatModel;

beforeAll(async () => {
  model = await startChatModel();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await model?.stop();
});

/** Gives somebody's agents the model of this file's server, of which no list knows a price. */
async function useParrot({ workspace, agents, call }: TestUser): Promise<void> {
  const key = { provider: 'openai-compatible', scope: 'workspace', baseUrl: model.url, apiKey: model.key };
  await call('POST /v1/credentials', { body: { ...key, workspaceId: workspace.id } });
  for (const { id, version } of Object.values(agents)) {
    await call('PATCH /v1/agents/{agentId}', {
      path: { agentId: id },
      body: { version, model: 'openai-compatible/parrot' },
    });
  }
}

it('lets a newcomer found a company, staff it, bring a model, set a budget, hit it, raise it and read the bill', async () => {
  const [ada, ben] = await Promise.all([newPerson(browser, world.url), newPerson(browser, world.url)]);
  const page = await ada.open();
  await createAccount(page, 'ada@walk.example');
  await createCompany(page, 'Acme');

  // A second person, in a browser of their own.
  const bens = await joinByLink(ben, await inviteByLink(page), 'ben@walk.example', 'Acme');

  // Two agents are hired.
  await goTo(page, 'Discover');
  for (const place of [0, 1]) {
    const card = page.getByTestId('catalog-card').nth(place);
    await card.getByTestId('hire').click();
    await card.getByTestId('hired').waitFor();
  }

  // A key for a server of one's own: a wrong one is refused before it is kept.
  await goTo(page, 'Settings');
  await page.getByRole('link', { name: 'Models and keys' }).click();
  await page.getByTestId('add-key').click();
  await page.getByTestId('credential-provider').selectOption('openai-compatible');
  await page.getByTestId('credential-url').fill(model.url);
  await page.getByTestId('credential-key').fill('sk-wrong-key-0000');
  await page.getByTestId('credential-submit').click();
  await page.getByTestId('credential-dialog').getByRole('alert').first().waitFor();
  await page.getByTestId('credential-key').fill(model.key);
  await page.getByTestId('credential-submit').click();
  const credential = page.getByTestId('credential').filter({ hasText: model.key.slice(-4) });
  await credential.waitFor();
  expect(await page.locator('body').innerText()).not.toContain(model.key);
  await expectAccessible(page);

  // What its model costs, two dollars a call (and up to 8.19 if it wrote as much as it may), and a budget.
  await page.getByRole('link', { name: 'Budgets' }).click();
  await page.getByTestId('new-price').click();
  await page.getByTestId('price-model').fill('openai-compatible/parrot');
  await page.getByTestId('price-input').fill('0');
  await page.getByTestId('price-output').fill('2000');
  await page.getByTestId('price-submit').click();
  await page.getByTestId('price').waitFor();
  await page.getByTestId('new-budget').click();
  await page.getByTestId('budget-limit').fill('9');
  await page.getByTestId('budget-submit').click();
  await page.getByTestId('budget').waitFor();

  // A third agent, who hands over to the first one that was hired.
  await goTo(page, 'Agents');
  await page.getByTestId('new-agent').click();
  await page.getByTestId('agent-name-field').fill('Front desk');
  await page.getByTestId('agent-instructions').fill('Hand over what others know better.');
  await page.getByTestId('tab-team').click();
  await page.getByTestId('handoffs-option').first().check();
  await page.getByTestId('tab-limits').click();
  await page.getByTestId('agent-model').fill('openai-compatible/parrot');
  await page.getByTestId('save').click();
  await page.getByTestId('talk').click();
  await send(page, 'Good morning');
  await untilAnswered(page, 'You said: Good morning');

  // The next one may cost more than is left: it waits, and the budget is raised from within the thread.
  await goTo(page, 'Settings');
  await page.getByRole('link', { name: 'Budgets' }).click();
  await page.getByTestId('budget').filter({ hasText: '$2.00' }).waitFor();
  await page.getByTestId('thread-entry').first().click();
  await send(page, 'And good evening');
  await page.getByTestId('raise').click();
  await page.getByTestId('decision-detail').fill('500');
  await page.getByTestId('decision-submit').click();
  await untilAnswered(page, 'You said: And good evening');

  // It hands over to the one who was hired, in the same thread.
  await send(page, 'Please hand over');
  await page.getByTestId('handoff').waitFor();
  await untilAnswered(page, 'I am a script');
  await page.getByTestId('working').waitFor({ state: 'detached' });

  // The bill: three calls of the company's own model.
  await goTo(page, 'Usage');
  await page.getByTestId('total-cost').filter({ hasText: '$6.00' }).waitFor();
  await page.getByTestId('usage-by').selectOption('model');
  await page
    .getByTestId('usage-row')
    .filter({ hasText: 'openai-compatible/parrot' })
    .filter({ hasText: '$6.00' })
    .waitFor();
  await expectAccessible(page);
  // A member sees their own, and that is nothing.
  await goTo(bens, 'Usage');
  await bens.getByTestId('total-cost').filter({ hasText: '$0' }).waitFor();

  await Promise.all([ada.context.close(), ben.context.close()]);
}, 180_000);

it('makes an API key that works, tells it once, and ends it', async () => {
  const person = await newAccount(browser, world, 'keys@walk.example');
  const page = await person.open();
  await goTo(page, 'Settings');
  await page.getByRole('link', { name: 'API keys' }).click();
  await page.getByTestId('create-api-key').click();
  await page.getByTestId('api-key-name').fill('Backend');
  await page.getByTestId('api-key-submit').click();
  const secret = await page.getByTestId('api-key-secret').inputValue();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  const read = () => fetch(`${world.url}/v1/workspaces`, { headers: { 'x-api-key': secret } });
  expect((await read()).status).toBe(200);

  await page.getByTestId('api-key').getByRole('button', { name: 'Revoke Backend' }).click();
  await page.getByTestId('confirm').click();
  await page.getByTestId('api-key').filter({ hasText: 'Revoked' }).waitFor();

  expect((await read()).status).toBe(401);
  await person.context.close();
});

it('says why a run failed, offers to try it again, and keeps both after a reload', async () => {
  const person = await newAccount(browser, world, 'failure@walk.example');
  await useParrot(person.user);
  const page = await person.open();
  model.failWith(429);

  await send(page, 'Hello');
  await page.getByTestId('run-failed').waitFor();
  await page.reload();
  await page.getByTestId('run-failed').filter({ hasText: 'takes no more requests' }).waitFor();
  await expectAccessible(page);
  model.failWith(null);
  await page.getByTestId('retry').click();
  await untilAnswered(page, 'You said: Hello');

  await expect.poll(() => page.getByTestId('user-message').count()).toBe(1);
  await person.context.close();
});

it('says once in a thread that a model has no price, and leads whoever may to where it is set', async () => {
  const person = await newAccount(browser, world, 'unpriced@walk.example');
  await useParrot(person.user);
  const page = await person.open();
  const notice = page.getByTestId('notice').filter({ hasText: 'what openai-compatible/parrot costs' });

  await send(page, 'Hello');
  await untilAnswered(page, 'You said: Hello');
  await notice.waitFor();
  await send(page, 'Again');
  await untilAnswered(page, 'You said: Again');
  await page.getByTestId('run-cost').nth(1).filter({ hasText: 'no price' }).waitFor();
  expect(await notice.count()).toBe(1);
  await expectAccessible(page);

  await page.getByTestId('run-cost').nth(1).press('Enter');
  const unpriced = page.getByTestId('unpriced-model').filter({ hasText: 'openai-compatible/parrot' });
  await unpriced.waitFor();
  await expectAccessible(page);
  await unpriced.getByTestId('set-price').click();
  expect(await page.getByTestId('price-model').inputValue()).toBe('openai-compatible/parrot');
  await page.getByTestId('price-submit').click();
  await page.getByTestId('price').filter({ hasText: 'openai-compatible/parrot' }).waitFor();
  await unpriced.waitFor({ state: 'detached' });
  await person.context.close();
});
