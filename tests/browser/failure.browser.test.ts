import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildWeb, webFolder } from '#local/web/build-web.ts';
import { type FaultModel, startFaultModel } from '../support/fault-model.ts';
import { expectAccessible, launchBrowser, newPerson, send, untilAnswered } from '../support/test-browser.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let model: FaultModel;
let stack: TestStack;
let browser: Browser;

beforeAll(async () => {
  model = await startFaultModel();
  const workerEnv = {
    OPENAI_API_KEY: 'sk-test-of-the-client',
    OPENAI_BASE_URL: model.url,
    DEFAULT_MODEL: 'openai/test',
  };
  [browser, stack] = await Promise.all([
    launchBrowser(),
    buildWeb().then(() => startTestStack({ webFolder, workerEnv })),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await model?.stop();
});

it('says why a run failed, offers to try it again, and keeps both after a reload', async () => {
  const person = await newPerson(browser, stack.url);
  const page = await person.open();
  model.behave({ kind: 'status', status: 429 });

  await send(page, 'Hello');
  await page.getByTestId('run-failed').waitFor();
  await page.reload();
  await page.getByTestId('run-failed').filter({ hasText: 'takes no more requests' }).waitFor();
  await expectAccessible(page);
  model.behave({ kind: 'answer', text: 'Now it works.' });
  await page.getByTestId('retry').click();
  await untilAnswered(page, 'Now it works.');

  await expect.poll(() => page.getByTestId('user-message').count()).toBe(1);
  await person.context.close();
});

it('says that it is offline, keeps what is written, and sends it when it is back', async () => {
  const person = await newPerson(browser, stack.url);
  const page = await person.open();
  model.behave({ kind: 'answer', text: 'Here you are.' });
  await send(page, 'First');
  await untilAnswered(page, 'Here you are.');

  await person.context.setOffline(true);
  stack.fault({ fault: 'drop-connections' });
  await page.getByTestId('connection-banner').and(page.locator('[data-problem="offline"]')).waitFor();
  await expectAccessible(page);
  await send(page, 'Second, written offline');
  await page.getByTestId('waiting-for-connection').waitFor();
  model.behave({ kind: 'answer', text: 'Welcome back.' });
  await person.context.setOffline(false);
  await untilAnswered(page, 'Welcome back.');

  await expect
    .poll(() => page.getByTestId('user-message').filter({ hasText: 'Second, written offline' }).count())
    .toBe(1);
  await person.context.close();
});
