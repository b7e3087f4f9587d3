import { AxeBuilder } from '@axe-core/playwright';
import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const desktop = { width: 1280, height: 860 };
export const phone = { width: 390, height: 844 };

/** Headless Chromium from an npm package: no system browser and no download. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    // Its own arguments are for Lambda: one process for all, and no web security, which would hide what CORS forbids.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    headless: true,
  });
}

/** One person's browser profile: its tabs share a session. Anything that a page logs as an error fails the test that asks. */
export interface Person {
  readonly context: BrowserContext;
  open(path?: string): Promise<Page>;
  readonly complaints: readonly string[];
}

export async function newPerson(
  browser: Browser,
  baseUrl: string,
  options: Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'storageState'> = {},
): Promise<Person> {
  const look = { viewport: desktop, reducedMotion: 'reduce' as const, ...options };
  const context = await browser.newContext({ baseURL: baseUrl, ...look });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const complaints: string[] = [];
  return {
    context,
    complaints,
    async open(path = '/') {
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(path);
      return page;
    },
  };
}

export const composer = (page: Page) => page.getByRole('textbox', { name: /message/i });

/** Writes a message and sends it, as somebody at a keyboard does. */
export async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  // Disabled until it is known who will answer.
  await page
    .locator('button:enabled')
    .and(page.getByRole('button', { name: /send/i }))
    .waitFor();
  await composer(page).press('Enter');
}

/** The agent's newest message. */
export const answer = (page: Page) => page.getByTestId('agent-message').last();

/** Waits until the agent's newest message contains a text. */
export async function untilAnswered(page: Page, text: string): Promise<void> {
  await answer(page).filter({ hasText: text }).waitFor();
}

/** What fades in has other colours until it is there. Endless animations are left alone. */
const untilStill = (page: Page) =>
  page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime))
    .map((animation) => animation.finished)).then(() => undefined)`);

/** Checks a page as it stands against WCAG 2.2 A and AA. */
export async function expectAccessible(page: Page): Promise<void> {
  await untilStill(page);
  const { violations } = await new AxeBuilder({ page })
    // There are no frames of other origins, for which it would open a page of its own each time.
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  expect(found).toEqual([]);
}
