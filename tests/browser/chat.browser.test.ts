import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  answer,
  composer,
  desktop,
  expectAccessible,
  launchBrowser,
  newPerson,
  type Person,
  phone,
  send,
  untilAnswered,
} from '../support/test-browser.ts';

const world = inject('world');
let browser: Browser;
let person: Person;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  person = await newPerson(browser, world.url);
});
afterEach(() => person.context.close());

const ended = (page: Page) => page.getByTestId('working').waitFor({ state: 'detached' });

describe('a newcomer', () => {
  it('is signed in, asks for the time, sees the tool work, and finds it all again after a reload', async () => {
    const page = await person.open();

    await send(page, 'What time is it in Tokyo?');
    await untilAnswered(page, 'The tool says');
    await ended(page);
    const card = page.getByRole('button', { name: /current.time/i });
    await card.waitFor();
    await answer(page).locator('em').waitFor();
    const before = await page.getByTestId('messages').innerText();
    await page.reload();
    await answer(page).locator('em').waitFor();

    await expect.poll(() => page.getByTestId('messages').innerText()).toBe(before);
    expect(page.url()).toMatch(/\/t\/thr_/);
    await expect.poll(() => page.getByTestId('thread-title').innerText()).toBe('What time is it in Tokyo?');
    expect(person.complaints).toEqual([]);
  });

  it('can begin with a suggestion, and with another agent', async () => {
    const page = await person.open();

    await page.getByTestId('agent-picker').click();
    await page.getByRole('menuitemradio', { name: /Editor/ }).click();
    await page.getByTestId('starter').first().click();
    if ((await composer(page).inputValue()) !== '') await composer(page).press('Enter');
    await page.getByTestId('agent-message').first().waitFor();

    await expect.poll(() => page.getByTestId('agent-name').innerText()).toContain('Editor');
  });

  it('reads markdown as a table and as code that can be copied', async () => {
    const page = await person.open();

    await send(page, 'Show me markdown');
    await untilAnswered(page, 'I am a script');
    await ended(page);
    await page.getByRole('button', { name: 'Copy code' }).first().click();

    await expect.poll(() => answer(page).getByRole('cell', { name: 'runs the agents' }).count()).toBe(1);
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toContain('export async function retry');
    expect(person.complaints).toEqual([]);
  });
});

describe('an answer that is on its way', () => {
  it('goes on after a reload in its middle, and is whole in the end', async () => {
    const page = await person.open();
    await send(page, 'Write a long answer');
    await untilAnswered(page, '2.');

    await page.reload();
    await untilAnswered(page, 'That was all.');
    await ended(page);

    expect((await page.getByTestId('messages').innerText()).match(/A long answer/g)).toHaveLength(1);
    expect(person.complaints).toEqual([]);
  });

  it('is the same in a second tab', async () => {
    const left = await person.open();
    await send(left, 'Write a long answer');
    await untilAnswered(left, '1.');

    const right = await person.open(new URL(left.url()).pathname);
    await Promise.all([left, right].map((page) => untilAnswered(page, 'That was all.')));
    await Promise.all([left, right].map(ended));

    const whole = await answer(left).innerText();
    await expect.poll(() => answer(right).innerText()).toBe(whole);
    const wanted = await left.getByTestId('thread-entry').count();
    await expect.poll(() => right.getByTestId('thread-entry').count()).toBe(wanted);
  });

  it('stops when it is told to, and keeps what was said', async () => {
    const page = await person.open();
    await send(page, 'Write a long answer');
    await untilAnswered(page, '2.');

    await page.getByRole('button', { name: /stop/i }).click();
    await page.getByTestId('run-stopped').waitFor();

    const text = await answer(page).innerText();
    expect(text).toContain('A long answer');
    expect(text).not.toContain('That was all.');
    await send(page, 'Hello');
    await untilAnswered(page, 'You wrote "Hello"');
  });

  it('is followed by the answer to a message that was sent meanwhile', async () => {
    const page = await person.open();
    await send(page, 'Write a long answer');
    await untilAnswered(page, '1.');

    await send(page, 'And now hello');
    await page.getByTestId('queued').waitFor();
    await page.getByRole('button', { name: /stop/i }).click();
    await untilAnswered(page, 'You wrote "And now hello"');

    await expect.poll(() => page.getByTestId('agent-message').count()).toBe(2);
  });
});

describe('the list of threads', () => {
  it('renames and deletes, here and in another tab', async () => {
    const page = await person.open();
    await send(page, 'First thread');
    await untilAnswered(page, 'You wrote');
    const other = await person.open();
    await other.getByTestId('thread-entry').filter({ hasText: 'First thread' }).waitFor();

    await page.getByTestId('thread-actions').first().click();
    await page.getByRole('menuitem', { name: /rename/i }).click();
    await page.getByTestId('rename-input').fill('Another name');
    await page.getByTestId('rename-input').press('Enter');
    await other.getByTestId('thread-entry').filter({ hasText: 'Another name' }).waitFor();
    const actions = other.getByTestId('thread-actions').first();
    await actions.press('Enter');
    await other.getByRole('menuitem', { name: /delete/i }).press('Enter');
    await other.getByTestId('confirm').waitFor();
    await other.keyboard.press('Escape');
    // Whoever works by keyboard goes on where they were.
    await other.locator('[data-testid="thread-actions"]:focus').waitFor();
    await actions.press('Enter');
    await other.getByRole('menuitem', { name: /delete/i }).press('Enter');
    await other.getByTestId('confirm').click();

    await page.getByTestId('thread-entry').waitFor({ state: 'detached' });
    await expect.poll(() => other.getByTestId('thread-entry').count()).toBe(0);
  });

  it('says so when a thread is not there', async () => {
    const page = await person.open('/t/thr_01jd0000000000000000000000');

    await page.getByTestId('not-found').waitFor();
    await expectAccessible(page);
  });
});

describe.each([
  ['desktop, light', { viewport: desktop, colorScheme: 'light' as const }],
  ['desktop, dark', { viewport: desktop, colorScheme: 'dark' as const }],
  ['phone, light', { viewport: phone, colorScheme: 'light' as const }],
  ['phone, dark', { viewport: phone, colorScheme: 'dark' as const }],
])('for everybody: %s', (_name, look) => {
  it('is accessible when empty, in conversation and in its menus, and nothing is cut off', async () => {
    const someone = await newPerson(browser, world.url, look);
    const page = await someone.open();
    await page.getByTestId('starter').first().waitFor();

    await expectAccessible(page);
    await send(page, 'Show me markdown');
    await untilAnswered(page, 'I am a script');
    await ended(page);
    await expectAccessible(page);
    await page.getByTestId('theme-toggle').click();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    if (look.viewport === phone) {
      await page.getByTestId('open-drawer').click();
      await page.getByTestId('drawer').waitFor();
      await expectAccessible(page);
      await page.getByTestId('thread-actions').click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByTestId('confirm').click();
      await page.getByTestId('starter').first().waitFor();
      // The button went with its thread, and the drawer still covers the page: the new page's own field stays behind it.
      await page.locator('[data-testid="drawer"]:focus').waitFor();
    }

    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(look.viewport.width);
    expect(someone.complaints).toEqual([]);
    await someone.context.close();
  });
});
