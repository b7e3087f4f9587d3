import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Agent } from '#core/protocol/agent.ts';
import { RunSummary } from '#core/protocol/run-routes.ts';
import { Workspace } from '#core/protocol/workspace.ts';
import { buildWeb, webFolder } from '#local/web/build-web.ts';
import { giveTools } from '../support/give-tools.ts';
import {
  answer,
  composer,
  expectAccessible,
  launchBrowser,
  newPerson,
  type Person,
  phone,
  send,
  untilAnswered,
} from '../support/test-browser.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';

let stack: TestStack;
let browser: Browser;
let person: Person;

beforeAll(async () => {
  const workerEntry = new URL('./worker-main.ts', import.meta.url);
  [browser, stack] = await Promise.all([
    launchBrowser(),
    buildWeb().then(() => startTestStack({ webFolder, workerEntry, workerRestartDelaysMs: [100], leaseSeconds: 5 })),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
beforeEach(async () => {
  person = await newPerson(browser, stack.url);
});
afterEach(() => person.context.close());

/** A page whose agents have the tools of this test's worker. */
async function openEquipped(): Promise<Page> {
  const page = await person.open();
  await page.getByTestId('starter').first().waitFor();
  await giveTools(stack, await inSession(page, 'user.id'), [
    'deploy',
    'wait',
    'step',
    'charge',
    'switch_theme',
    'ask_user',
  ]);
  return page;
}

/** The same person with another device. */
async function onThePhone(): Promise<{ mobile: Person; small: Page }> {
  const storageState = await person.context.storageState();
  const mobile = await newPerson(browser, stack.url, { viewport: phone, storageState });
  return { mobile, small: await mobile.open() };
}

/** What the page's session with Supabase says: `user.id`, `access_token`. */
const inSession = (page: Page, path: string) =>
  page.evaluate<string>(`Object.values(localStorage)
    .map((text) => { try { return JSON.parse(text)?.${path}; } catch { return undefined; } }).find(Boolean)`);

/** Lets the agent of new threads hand over to another one, and says what both are called. */
async function connectAgents(page: Page): Promise<{ from: string; to: string }> {
  const headers = { authorization: `Bearer ${await inSession(page, 'access_token')}` };
  const ask = async (path: string) => (await fetch(new URL(path, stack.url), { headers })).json();
  const { data: workspaces } = z.object({ data: z.array(Workspace) }).parse(await ask('/v1/workspaces'));
  const { data: agents } = z
    .object({ data: z.array(Agent) })
    .parse(await ask(`/v1/agents?workspaceId=${workspaces[0]?.id}`));
  const shown = await page.getByTestId('agent-name').innerText();
  const from = agents.find(({ name }) => name === shown);
  const to = agents.find(({ name }) => name !== shown);
  if (!from || !to) throw new Error('a newcomer has two agents');
  const answer = await fetch(new URL(`/v1/agents/${from.id}`, stack.url), {
    method: 'PATCH',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ version: from.version, handoffs: [to.id] }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return { from: from.name, to: to.name };
}

/** The kill that a page asks for next takes as long as it may, and its run leaves the list meanwhile. */
async function holdKill(page: Page) {
  const isList = ({ pathname }: URL) => pathname === '/v1/runs';
  const isKill = ({ pathname }: URL) => pathname.endsWith('/kill');
  const detail = 'The run is being stopped, but may still be at work.';
  const problem = { type: '/docs#still_running', title: 'Still running', status: 504, code: 'still_running', detail };
  const asked = Promise.withResolvers<void>();
  const givenUp = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  await page.route(isList, (route) => route.fulfill({ json: { data: [], nextCursor: null } }));
  await page.route(
    isKill,
    async (route) => {
      asked.resolve();
      await givenUp.promise;
      await route.fulfill({ status: 504, json: problem });
      told.resolve();
    },
    { times: 1 },
  );
  return {
    asked: asked.promise,
    async giveUp() {
      givenUp.resolve();
      // Without any route left the page would send on by itself what is held.
      await told.promise;
      await page.unroute(isList);
    },
  };
}

/** The page takes the runs that have ended for such as the platform has given up, and may try each again once. */
async function giveUpRuns(page: Page): Promise<void> {
  await page.route(
    ({ pathname }) => pathname === '/v1/runs',
    async (route) => {
      const response = await route.fetch();
      const { data } = z.object({ data: z.array(RunSummary) }).parse(await response.json());
      const lost = { status: 'failed', errorCode: 'worker_lost' } as const;
      await route.fulfill({ response, json: { data: data.map((run) => ({ ...run, ...lost })), nextCursor: null } });
    },
  );
  let tried = 0;
  await page.route(
    ({ pathname }) => pathname.endsWith('/redrive'),
    async (route) => {
      tried += 1;
      const runId = new URL(route.request().url()).pathname.split('/').at(-2);
      if (tried === 1) await route.fulfill({ status: 202, json: { runId } });
      else await route.abort();
    },
  );
}

function killWorker(): void {
  const [worker] = stack.ecs.tasks().filter(({ lastStatus }) => lastStatus === 'RUNNING');
  if (!worker) throw new Error('there is a worker');
  stack.ecs.killTask(worker.taskArn, 'SIGKILL');
}

const pathOf = (page: Page) => new URL(page.url()).pathname;
const turn = (page: Page, status: string) => page.locator(`[data-testid="turn"][data-run-status="${status}"]`);
const approval = (page: Page, status: string) => page.locator(`[data-testid="approval"][data-status="${status}"]`);

/** The list of approvals as a page is given it, which may once be the one that it had before. */
async function keepList(page: Page) {
  let old = '';
  let given: (() => void) | undefined;
  await page.route(
    ({ pathname }) => pathname === '/v1/approvals',
    async (route) => {
      if (given) {
        await route.fulfill({ body: old, contentType: 'application/json' });
        given();
        given = undefined;
        return;
      }
      const response = await route.fetch();
      old = await response.text();
      await route.fulfill({ response, body: old });
    },
  );
  /** Resolves when the page has asked, and was given the old one. */
  const giveOldOnce = () =>
    new Promise<void>((resolve) => {
      given = resolve;
    });
  return { giveOldOnce };
}

describe('an approval', () => {
  it('is there after a reload, and its decision lets the run go on', async () => {
    const page = await openEquipped();
    await send(page, 'Please deploy');
    await approval(page, 'pending').waitFor();

    await page.reload();
    await approval(page, 'pending').filter({ hasText: '9f3c2ab' }).waitFor();
    await expectAccessible(page);
    await page.getByTestId('approve').click();
    await untilAnswered(page, 'It came to this: deployed to staging');

    await expect.poll(() => page.getByTestId('approval-outcome').innerText()).toBe('Approved once by you');
    await page.reload();
    await untilAnswered(page, 'It came to this: deployed to staging');
    await expect.poll(() => page.getByTestId('approval-outcome').innerText()).toBe('Approved once by you');
  });

  it('that was asked on the desktop is decided on the phone, and the desktop follows', async () => {
    const page = await openEquipped();
    await send(page, 'Please deploy');
    await approval(page, 'pending').waitFor();
    const { mobile, small } = await onThePhone();

    await small.getByTestId('drawer-dot').waitFor();
    await small.getByTestId('open-drawer').click();
    await small.getByTestId('approvals-link').click();
    await small.getByTestId('approval-entry').waitFor();
    await expectAccessible(small);
    await small.getByTestId('approve-menu').click();
    await small.getByRole('menuitem', { name: 'Approve always' }).click();

    await small.getByTestId('toast').filter({ hasText: 'page, under Tools' }).waitFor();
    await untilAnswered(page, 'deployed to staging');
    await small.getByTestId('approval-entry').waitFor({ state: 'detached' });
    await mobile.context.close();
  });

  it('leaves the list on the phone when the run is stopped on the desktop; whoever decides it from an old list is told', async () => {
    const page = await openEquipped();
    await send(page, 'Please deploy');
    await approval(page, 'pending').waitFor();
    const { mobile, small } = await onThePhone();
    await small.getByTestId('open-drawer').click();
    await small.getByTestId('approvals-link').click();
    await small.getByTestId('approval-entry').waitFor();

    await page.getByTestId('stop').click();
    await small.getByTestId('approval-entry').waitFor({ state: 'detached' });

    const list = await keepList(small);
    await send(page, 'Please deploy');
    await small.getByTestId('approval-entry').waitFor();
    const asksAgain = list.giveOldOnce();
    await page.getByTestId('stop').click();
    await asksAgain;
    await small.getByTestId('approve').click();

    await small.getByTestId('toast').filter({ hasText: 'the run has ended' }).waitFor();
    await small.getByTestId('approval-entry').waitFor({ state: 'detached' });
    await mobile.context.close();
  });

  it('that was given for good is asked no more, until it is taken back on the page of the agent', async () => {
    const page = await openEquipped();
    await send(page, 'Please deploy');
    await page.getByTestId('approve-menu').press('Enter');
    await page.getByRole('menuitem', { name: 'Approve always' }).press('Enter');
    await untilAnswered(page, 'deployed to staging');
    await expectAccessible(page);
    await send(page, 'deploy again');
    await expect.poll(() => turn(page, 'completed').count()).toBe(2);
    expect(await page.getByTestId('approval').count()).toBe(1);

    await page.getByTestId('where-taken-back').press('Enter');
    await page.getByTestId('grant').filter({ hasText: 'For you, approved by you' }).waitFor();
    await expect.poll(() => page.getByTestId('grants').locator(':focus').count()).toBe(1);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Take back Deploy for you' }).press('Enter');
    await page.getByTestId('toast').filter({ hasText: 'Deploy was taken back.' }).waitFor();
    await page.getByTestId('grants').getByText('Nothing is.').waitFor();
    await page.goBack();
    await send(page, 'deploy once more');

    await approval(page, 'pending').waitFor();
  });

  it('may be one of several: each is decided for itself, and what was rejected is not carried out', async () => {
    const page = await openEquipped();
    await send(page, 'deploy both');
    await approval(page, 'pending').nth(1).waitFor();

    await page.getByTestId('reject').last().click();
    await page.getByTestId('decision-detail').fill('Not on a Friday');
    await page.getByTestId('decision-detail').press('Enter');
    await approval(page, 'rejected').filter({ hasText: 'Not on a Friday' }).waitFor();
    await page.getByTestId('working').filter({ hasText: 'Waiting for a decision about deploy' }).waitFor();
    await page.getByTestId('approve').click();
    await untilAnswered(page, 'deployed to staging');

    expect(await answer(page).innerText()).not.toContain('deployed to production');
  });
});

describe('a tool of the browser', () => {
  it('switches the theme by words for it, once, with two tabs open', async () => {
    const page = await openEquipped();
    await send(page, 'Hello');
    await untilAnswered(page, 'You wrote');
    const other = await person.open(pathOf(page));
    await untilAnswered(other, 'You wrote');

    await send(page, 'theme: night mode');
    await untilAnswered(page, 'The theme is now dark.');

    for (const each of [page, other]) {
      await expect.poll(() => each.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    }
  });

  it('refuses a theme that there is not, with a reason for the model', async () => {
    const page = await openEquipped();

    await send(page, 'theme: pink');

    await untilAnswered(page, 'There is no theme "pink"');
  });

  it('asks questions in a form that survives a reload and says what is missing', async () => {
    const page = await openEquipped();
    await send(page, 'ask me');
    await page.getByLabel('Oslo').check();
    await page.getByTestId('answer-submit').click();
    await page.getByText('Write an answer.').waitFor();

    await page.reload();
    await expect.poll(() => page.getByLabel('Oslo').isChecked()).toBe(true);
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Why there?' }).fill('For the light');
    await page.keyboard.press('Control+Enter');
    await untilAnswered(page, '{"where":"Oslo","why":"For the light"}');

    await page.getByTestId('answers').filter({ hasText: 'For the light' }).waitFor();
  });
});

describe('a run that works', () => {
  it('stops during a tool when it is told to', async () => {
    const page = await openEquipped();
    await send(page, 'wait');
    await page.getByTestId('tool-status').filter({ hasText: 'Running' }).waitFor();

    await page.getByTestId('stop').click();
    await page.getByTestId('run-stopped').waitFor({ timeout: 5_000 });

    await page.getByTestId('tool-status').filter({ hasText: 'Stopped' }).waitFor();
  });

  it('is listed with what it has taken, and killed from there; the thread and the list say so', async () => {
    const page = await openEquipped();
    await send(page, 'wait');
    await page.getByTestId('tool-status').filter({ hasText: 'Running' }).waitFor();
    const { mobile, small } = await onThePhone();
    await small.getByTestId('open-drawer').click();
    await small.getByRole('link', { name: 'Runs' }).click();
    const run = small.getByTestId('run');
    await run.filter({ hasText: 'Working' }).filter({ hasText: 'for you' }).waitFor();
    await expectAccessible(small);

    const kill = run.getByRole('button', { name: /^Kill the run of/ });
    await kill.press('Enter');
    await small.getByTestId('confirm').waitFor();
    await small.keyboard.press('Escape');
    await run.locator('button:focus').filter({ hasText: 'Kill' }).waitFor();
    await kill.press('Enter');
    const slow = await holdKill(small);
    await small.getByTestId('confirm').click();
    await slow.asked;
    await run.waitFor({ state: 'detached' });
    await small.keyboard.press('Escape');
    await small.getByTestId('confirm').and(small.locator(':focus')).filter({ hasText: 'Killing' }).waitFor();
    await small.getByRole('status').filter({ hasText: 'Killing' }).waitFor();
    await slow.giveUp();
    await small.getByRole('alert').filter({ hasText: 'may still be at work' }).waitFor();
    await small.getByTestId('confirm').click();

    await small.getByTestId('toast').filter({ hasText: 'The run has stopped.' }).waitFor();
    await run.waitFor({ state: 'detached' });
    await small.getByText('Nothing is at work').waitFor();
    // The button went with its run.
    await small.locator('main:focus').waitFor();
    await small.getByLabel('Which runs').focus();
    expect(await small.locator('main').getAttribute('tabindex')).toBeNull();
    await page.getByTestId('run-stopped').waitFor();
    await small.getByLabel('Which runs').selectOption('Ended');
    await run.filter({ hasText: 'Stopped' }).waitFor();

    await giveUpRuns(small);
    await small.getByLabel('Which runs').selectOption('Working or waiting');
    await small.getByLabel('Which runs').selectOption('Ended');
    await small.getByRole('button', { name: /^Try again: the run of .* for you/ }).press('Enter');
    await small.getByTestId('toast').filter({ hasText: 'The run is tried again' }).waitFor();
    await small.getByTestId('redrive').and(small.locator(':focus')).filter({ hasText: 'Tried again' }).press('Enter');
    await expectAccessible(small);
    await run.getByRole('link', { name: /^Open the thread: the run of .* for you/ }).click();
    await small.getByTestId('run-stopped').waitFor();
    await mobile.context.close();
  });

  it('is steered by a message that it reads at its next step', async () => {
    const page = await openEquipped();
    await send(page, 'Go in steps');
    await page.getByTestId('tool-card').waitFor();

    await composer(page).fill('and be brief');
    await composer(page).press('Control+Enter');
    await page.getByTestId('steer').waitFor();
    await untilAnswered(page, 'Meanwhile you said: and be brief.');

    expect(await page.getByTestId('steer').getAttribute('data-outcome')).toBe('read');
    expect(await page.getByTestId('turn').count()).toBe(1);
  });

  it('says when another agent takes over, and whose each answer is', async () => {
    const page = await person.open();
    await page.getByTestId('starter').first().waitFor();
    const { from, to } = await connectAgents(page);

    await send(page, 'Please hand over');
    await untilAnswered(page, 'It came to this');

    expect(await page.getByTestId('handoff').innerText()).toBe(`${from} handed over to ${to}`);
    expect(await answer(page).getByTestId('speaker').innerText()).toBe(to);
    expect(await page.getByTestId('agent-picker').innerText()).toBe(to);

    await send(page, 'And now?');
    await untilAnswered(page, 'You wrote "And now?".');
    expect(await answer(page).getByTestId('speaker').innerText()).toBe(to);

    await page.getByTestId('agent-picker').click();
    await page.getByRole('menuitemradio', { name: from }).click();
    await send(page, 'You again');
    await untilAnswered(page, 'You wrote "You again".');
    expect(await answer(page).getByTestId('speaker').innerText()).toBe(from);
    expect(await page.getByTestId('agent-picker').innerText()).toBe(from);
  });

  it('goes on after its worker was killed in mid-answer, and says everything once', async () => {
    const page = await openEquipped();
    await send(page, 'Write a long answer');
    await untilAnswered(page, 'A line of a long answer.');
    killWorker();
    await untilAnswered(page, 'That was all.');

    expect(await answer(page).locator('li').count()).toBe(40);
    expect(await page.getByTestId('agent-message').count()).toBe(1);
  });
});

describe('a connection that is cut', () => {
  it('is made again without a reload, and the answer is whole', async () => {
    const page = await person.open();
    await send(page, 'Write a long answer');
    await untilAnswered(page, 'A line of a long answer.');

    stack.fault({ fault: 'drop-connections' });
    await untilAnswered(page, 'That was all.');
    await turn(page, 'completed').waitFor();

    expect(await answer(page).locator('li').count()).toBe(40);
    expect(await page.getByTestId('agent-message').count()).toBe(1);
  });

  it('is told when it lasts, and what was written meanwhile is sent when it is back', async () => {
    const page = await person.open();
    await send(page, 'First');
    await untilAnswered(page, 'You wrote "First"');

    await person.context.setOffline(true);
    stack.fault({ fault: 'drop-connections' });
    await page.getByTestId('connection-banner').and(page.locator('[data-problem="offline"]')).waitFor();
    await expectAccessible(page);
    await send(page, 'Second, written offline');
    await page.getByTestId('waiting-for-connection').waitFor();
    await person.context.setOffline(false);
    await untilAnswered(page, 'You wrote "Second, written offline"');

    await expect
      .poll(() => page.getByTestId('user-message').filter({ hasText: 'Second, written offline' }).count())
      .toBe(1);
  });
});

describe('a call that was cut off and must not simply be repeated', () => {
  it('is put to the person, who has it made again', async () => {
    const page = await openEquipped();
    await send(page, 'charge the card');
    await page.getByTestId('tool-status').filter({ hasText: 'Running' }).waitFor();

    killWorker();
    await page.getByTestId('tool-status').filter({ hasText: 'Interrupted' }).waitFor();
    await expectAccessible(page);
    await page.getByTestId('run-again').click();
    await untilAnswered(page, 'It came to this: charged');

    expect(await page.getByTestId('approval-outcome').innerText()).toBe('Run again, as you decided');
  });
});

describe('branches', () => {
  it('keep an edited message and what came after it, and lead back to them', async () => {
    const page = await openEquipped();
    await send(page, 'First try');
    await untilAnswered(page, 'You wrote "First try"');
    await send(page, 'Follow-up');
    await untilAnswered(page, 'You wrote "Follow-up"');

    await page.getByTestId('user-message').first().hover();
    await page.getByTestId('edit-message').first().click();
    await page.getByTestId('edit-field').fill('Second try');
    await page.getByTestId('edit-field').press('Enter');
    await untilAnswered(page, 'You wrote "Second try"');
    await expect.poll(() => page.getByTestId('turn').count()).toBe(1);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Previous message' }).click();
    await untilAnswered(page, 'You wrote "Follow-up"');

    await expect.poll(() => page.getByTestId('turn').count()).toBe(2);
    await page.reload();
    await untilAnswered(page, 'You wrote "Follow-up"');
    await send(page, 'On the old branch');
    await untilAnswered(page, 'You wrote "On the old branch"');
    expect(await page.getByTestId('turn').count()).toBe(3);
    await page.getByRole('button', { name: 'Next message' }).press('ArrowRight');
    await untilAnswered(page, 'You wrote "Second try"');
    expect(await page.getByTestId('turn').count()).toBe(1);
  });

  it('keep the answers of a message that is answered again', async () => {
    const page = await openEquipped();
    await send(page, 'Hello');
    await untilAnswered(page, 'You wrote');

    await page.getByTestId('regenerate').click();
    await page.getByTestId('answer-versions').filter({ hasText: '2 / 2' }).waitFor();
    await turn(page, 'completed').waitFor();

    expect(await page.getByTestId('user-message').count()).toBe(1);
    expect(await page.getByTestId('agent-message').count()).toBe(1);
  });
});
