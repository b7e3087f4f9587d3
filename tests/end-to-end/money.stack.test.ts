import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApprovalItem } from '#core/protocol/item.ts';
import { startChatModel } from '../support/chat-model.ts';
import { fold } from '../support/fold.ts';
import { openApiClient } from '../support/openapi-client.ts';
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

describe('with the OpenAPI document alone', () => {
  /** At Supabase Auth, as the document's `accessToken` says. */
  async function signUp(email: string): Promise<string> {
    const answer = await fetch(`${stack.supabaseUrl}/auth/v1/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', apikey: stack.publishableKey },
      body: JSON.stringify({ email, password: 'correct horse battery' }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  it('an organisation moves in: people, agents, a model of its own, a budget that is hit and raised, and the bill', async () => {
    const model = await startChatModel();
    const call = await openApiClient(stack.url);
    const ada = await signUp('ada@example.com');
    const ben = await signUp('ben@example.com');

    const { id: workspaceId } = await call(ada, 'post-workspaces', { body: { name: 'Acme', kind: 'company' } });
    const ofAcme = { path: { workspaceId } };
    const { token } = await call(ada, 'post-workspaces-by-workspaceId-invitations', {
      ...ofAcme,
      body: { email: 'ben@example.com' },
    });
    await call(ben, 'post-invitations-accept', { body: { token } });
    const members = await call(ada, 'get-workspaces-by-workspaceId-members', ofAcme);

    const catalog = await call(ada, 'get-catalog-agents', { query: { workspaceId } });
    const hired = [];
    for (const { id: catalogAgentId } of catalog.data.slice(0, 2))
      hired.push(
        await call(ada, 'post-catalog-agents-by-catalogAgentId-hire', {
          path: { catalogAgentId },
          body: { workspaceId },
        }),
      );
    await call(ada, 'post-credentials', {
      body: { workspaceId, provider: 'openai-compatible', apiKey: model.key, baseUrl: model.url },
    });
    const desk = await call(ada, 'post-agents', {
      body: {
        workspaceId,
        name: 'Front desk',
        model: 'openai-compatible/parrot',
        handoffs: hired.map(({ id }) => id),
      },
    });

    await call(ada, 'put-workspaces-by-workspaceId-prices', {
      ...ofAcme,
      body: { ...price, model: 'openai-compatible/parrot' },
    });
    await call(ada, 'put-workspaces-by-workspaceId-budgets', {
      ...ofAcme,
      body: { scope: { kind: 'workspace' }, period: 'day', limitUsd: 0.01 },
    });
    const thread = await call(ada, 'post-threads', { body: { agentId: desk.id } });
    const ofThread = { path: { threadId: thread.id } };
    const { runId } = await call(ada, 'post-threads-by-threadId-runs', {
      ...ofThread,
      body: { input: { text: 'Please hand over' }, clientRequestId: 'request-0001' },
    });
    const status = async () => (await call(ada, 'get-runs-by-runId', { path: { runId } })).status;
    await expect.poll(status, { timeout: 20_000 }).toBe('paused_budget');
    const { data: pending } = await call(ada, 'get-approvals', { query: { workspaceId } });
    await call(ada, 'post-runs-by-runId-approvals-by-approvalId', {
      path: { runId, approvalId: pending[0].id },
      body: { resolution: { decision: 'raise', limitUsd: 500 } },
    });
    await expect.poll(status, { timeout: 20_000 }).toBe('completed');

    const opened = await call(ada, 'get-threads-by-threadId', ofThread);
    const bill = await call(ada, 'get-workspaces-by-workspaceId-usage', { ...ofAcme, query: { by: 'model' } });
    await model.stop();
    expect(members.data.map(({ role }: { role: string }) => role)).toEqual(['owner', 'member']);
    expect(opened.items).toContainEqual(expect.objectContaining({ type: 'handoff' }));
    expect(bill.data).toContainEqual(
      expect.objectContaining({ key: 'openai-compatible/parrot', calls: 1, costUsd: 2 }),
    );
  });
});
