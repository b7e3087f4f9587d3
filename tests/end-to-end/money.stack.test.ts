import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApprovalItem } from '#core/protocol/item.ts';
import { fold } from '../support/fold.ts';
import { connect, hasEnded } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newUser, type TestUser } from '../support/test-user.ts';
import { say } from '../support/thread-client.ts';

let stack: TestStack;
let user: TestUser;

beforeAll(async () => {
  stack = await startTestStack({ workerEnv: { DEMO_TOKENS_PER_SECOND: '300' } });
  user = await newUser(stack);
});
afterAll(() => stack?.stop());

const path = () => ({ workspaceId: user.workspace.id });
const day = new Date().toISOString().slice(0, 10);
/** A dollar for a thousand tokens, so that one answer is more than the budget. */
const price = { model: 'demo/scripted', validFrom: '2026-01-01', input: 1_000, cachedInput: 1_000, output: 1_000 };

describe('a budget', () => {
  it('stops a run that would spend more, lets it go on when it is raised, and shows the bill', async () => {
    await user.call('PUT /v1/workspaces/{workspaceId}/prices', { path: path(), body: price });
    const budget = await user.call('PUT /v1/workspaces/{workspaceId}/budgets', {
      path: path(),
      body: { scope: { kind: 'workspace' }, period: 'day', limitUsd: 0.01 },
    });
    const socket = await connect(stack.socketUrl, { token: user.token });
    const { threadId, runId } = await say(socket, user, 'Hello');
    const stream = `thread:${threadId}` as const;
    await socket.askOk({ type: 'subscribe', stream, after: 0 });

    const asked = fold(
      await socket.until(stream, (events) => events.some(({ event }) => event.type === 'run.awaiting')),
    );
    const question = asked.items.find((item): item is ApprovalItem => item.type === 'approval');
    await socket.askOk({
      type: 'approval.resolve',
      runId,
      approvalId: question?.approvalId,
      resolution: { decision: 'raise', limitUsd: 1_000 },
    });
    const view = fold(await socket.until(stream, hasEnded(runId)));
    await socket.close();

    expect(asked.runs[runId]).toMatchObject({ status: 'paused_budget' });
    expect(question).toMatchObject({ kind: 'budget', decider: 'admin', status: 'pending' });
    expect(view.runs[runId]).toMatchObject({ status: 'completed', usage: { costMicroUsd: expect.any(Number) } });

    const costUsd = (view.runs[runId]?.usage?.costMicroUsd ?? 0) / 1e6;
    const { data: budgets } = await user.call('GET /v1/workspaces/{workspaceId}/budgets', { path: path() });
    const thread = await user.call('GET /v1/threads/{threadId}/usage', { path: { threadId } });
    const bill = await user.call('GET /v1/workspaces/{workspaceId}/usage', { path: path(), query: { by: 'day' } });
    expect(costUsd).toBeGreaterThan(0);
    expect(thread).toMatchObject({ calls: 1, unpricedCalls: 0, costUsd });
    expect(bill.data).toMatchObject([{ key: day, calls: 1, costUsd }]);
    expect(budgets).toMatchObject([{ id: budget.id, limitUsd: 1_000, usedUsd: costUsd }]);
  });

  it('is described by the API itself', async () => {
    const document = await user.call('GET /openapi.json', { token: '' });
    const page = await fetch(`${stack.url}/docs`);

    expect(document).toMatchObject({ openapi: '3.1.0' });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('PUT /v1/workspaces/{workspaceId}/budgets');
  });
});
