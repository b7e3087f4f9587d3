import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { viewOf } from '#core/protocol/thread-view.ts';
import { agentText, fold, seqsOf, upTo } from '../support/fold.ts';
import { connect, hasEnded } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newRequestId, newUser, type TestUser } from '../support/test-user.ts';
import { accepted, say, sayOn } from '../support/thread-client.ts';

let stack: TestStack;
let user: TestUser;

beforeAll(async () => {
  stack = await startTestStack({ workerEnv: { DEMO_TOKENS_PER_SECOND: '300' } });
  user = await newUser(stack);
});
afterAll(() => stack?.stop());

const open = (who: TestUser = user) => connect(stack.socketUrl, { token: who.token });
const snapshotOf = (threadId: string) => user.call('GET /v1/threads/{threadId}', { path: { threadId } });

describe('a conversation', () => {
  it('streams an answer, and keeps it as it was streamed', async () => {
    const socket = await open();
    const { threadId, runId } = await say(socket, user, 'Show me markdown');
    const stream = `thread:${threadId}` as const;

    await socket.askOk({ type: 'subscribe', stream, after: 0 });
    const events = await socket.until(stream, hasEnded(runId));

    const view = fold(events);
    const snapshot = await snapshotOf(threadId);
    expect(seqsOf(events)).toEqual(upTo(view.seq));
    expect(view.runs[runId]).toMatchObject({ status: 'completed', attempt: 1, usage: { modelCalls: 1 } });
    expect(agentText(view.items)).toContain('| part | what it does |');
    expect(snapshot.items).toEqual(view.items);
    expect(snapshot.runs).toEqual(Object.values(view.runs));
    await socket.close();
  });

  it('calls a tool and shows what it gave', async () => {
    const socket = await open();
    const { threadId, runId } = await say(socket, user, 'What time is it in Tokyo?');
    const stream = `thread:${threadId}` as const;

    await socket.askOk({ type: 'subscribe', stream, after: 0 });
    const view = fold(await socket.until(stream, hasEnded(runId)));

    expect(view.items.map(({ type }) => type)).toEqual(['user_message', 'tool_call', 'agent_message']);
    expect(view.items[1]).toMatchObject({
      name: 'current_time',
      status: 'completed',
      result: { ok: true, output: expect.stringContaining('Asia/Tokyo') },
    });
    await socket.close();
  });

  it('goes on where it was when the page is reloaded in mid-answer', async () => {
    const first = await open();
    const { threadId, runId } = await say(first, user, 'Write a long answer');
    const stream = `thread:${threadId}` as const;
    await first.askOk({ type: 'subscribe', stream, after: 0 });
    await first.until(stream, (events) => events.length >= 8);
    first.cut();

    const snapshot = await snapshotOf(threadId);
    const second = await open();
    await second.askOk({ type: 'subscribe', stream, after: snapshot.seq });
    const tail = await second.until(stream, hasEnded(runId));

    const reloaded = fold(tail, viewOf(snapshot));
    const { events: log } = await user.call('GET /v1/threads/{threadId}/events', {
      path: { threadId },
      query: { after: '0', limit: '1000' },
    });
    const undisturbed = fold(log);
    expect(snapshot.runs.map(({ status }) => status)).toEqual(['running']);
    expect(reloaded.items).toEqual(undisturbed.items);
    expect(reloaded.runs).toEqual(undisturbed.runs);
    expect(agentText(reloaded.items)).toContain('That was all.');
    await second.close();
  });

  it('shows the same stream in a second tab', async () => {
    const [left, right] = await Promise.all([open(), open()]);
    const { threadId, runId } = await say(left, user, 'Write a long answer');
    const stream = `thread:${threadId}` as const;

    await left.askOk({ type: 'subscribe', stream, after: 0 });
    await left.until(stream, (events) => events.length >= 6);
    await right.askOk({ type: 'subscribe', stream, after: 0 });
    const [onLeft, onRight] = await Promise.all([
      left.until(stream, hasEnded(runId)),
      right.until(stream, hasEnded(runId)),
    ]);

    expect(seqsOf(onRight)).toEqual(seqsOf(onLeft));
    expect(fold(onRight)).toEqual(fold(onLeft));
    await Promise.all([left.close(), right.close()]);
  });

  it('tells every tab of its user about new, renamed and deleted threads', async () => {
    const [left, right] = await Promise.all([open(), open()]);
    const { head = 0 } = await right.askOk({ type: 'subscribe', stream: 'user', after: 0 });
    const { threadId, runId } = await say(left, user, 'Hello there, old friend');
    await left.askOk({ type: 'subscribe', stream: `thread:${threadId}`, after: 0 });
    await left.until(`thread:${threadId}`, hasEnded(runId));

    await user.call('PATCH /v1/threads/{threadId}', { path: { threadId }, body: { title: 'Friends' } });
    await user.call('DELETE /v1/threads/{threadId}', { path: { threadId } });

    const news = await right.until('user', (events) =>
      events.some(({ event }) => event.type === 'thread.deleted' && 'threadId' in event && event.threadId === threadId),
    );
    expect(news.filter(({ seq }) => seq > head).map(({ event }) => event)).toMatchObject([
      { type: 'thread.created', thread: { id: threadId, title: 'Hello there, old friend' } },
      { type: 'thread.updated', thread: { id: threadId, title: 'Friends' } },
      { type: 'thread.deleted', threadId },
    ]);
    expect((await user.request('GET /v1/threads/{threadId}', { path: { threadId } })).status).toBe(404);
    await Promise.all([left.close(), right.close()]);
  });

  it('stops when it is told to, and keeps what was said', async () => {
    const socket = await open();
    const { threadId, runId } = await say(socket, user, 'Write a long answer');
    const stream = `thread:${threadId}` as const;
    await socket.askOk({ type: 'subscribe', stream, after: 0 });
    await socket.until(stream, (events) => events.length >= 6);

    await socket.askOk({ type: 'run.cancel', runId });
    const view = fold(await socket.until(stream, hasEnded(runId)));

    expect(view.runs[runId]?.status).toBe('cancelled');
    expect(agentText(view.items)).toContain('# A long answer');
    expect(agentText(view.items)).not.toContain('That was all.');
    expect(view.items.at(-1)).toMatchObject({ type: 'agent_message', status: 'incomplete' });
    await socket.askOk({ type: 'run.cancel', runId });
    await socket.close();
  });

  it('queues a message to a thread that is at work, and answers it after', async () => {
    const socket = await open();
    const first = await say(socket, user, 'Write a long answer');
    const stream = `thread:${first.threadId}` as const;
    await socket.askOk({ type: 'subscribe', stream, after: 0 });
    await socket.until(stream, (events) => events.length >= 6);

    const second = await sayOn(socket, first.threadId, 'Hello');
    const third = await sayOn(socket, first.threadId, 'Never mind');
    await socket.askOk({ type: 'run.cancel', runId: third.runId });
    await socket.askOk({ type: 'run.cancel', runId: first.runId });
    const view = fold(await socket.until(stream, hasEnded(second.runId)));

    expect(Object.values(view.runs).map(({ status }) => status)).toEqual(['cancelled', 'completed', 'cancelled']);
    expect(view.items.map((item) => (item.type === 'user_message' ? item.text : item.type))).toEqual([
      'Write a long answer',
      'agent_message',
      'Hello',
      'agent_message',
      'Never mind',
    ]);
    await socket.close();
  });

  it('starts one run for a request that is sent twice', async () => {
    const socket = await open();
    const request = {
      type: 'run.start',
      agentId: user.agents['Editor']?.id,
      input: { text: 'Once' },
      clientRequestId: newRequestId(),
    };

    const [first, again] = await Promise.all([socket.askOk(request), socket.askOk(request)]);
    const other = await socket.ask({ ...request, input: { text: 'Twice' } });

    const { threadId, runId } = accepted(first.run);
    expect(again.run).toEqual(first.run);
    expect(other).toMatchObject({ type: 'error', error: { code: 'idempotency_mismatch' } });
    await socket.askOk({ type: 'subscribe', stream: `thread:${threadId}`, after: 0 });
    const view = fold(await socket.until(`thread:${threadId}`, hasEnded(runId)));
    expect(Object.keys(view.runs)).toEqual([runId]);
    await socket.close();
  });

  it('pages through threads and items without losing or doubling any', async () => {
    const someone = await newUser(stack);
    const socket = await open(someone);
    const { threadId } = await say(socket, someone, 'one');
    const stream = `thread:${threadId}` as const;
    await socket.askOk({ type: 'subscribe', stream, after: 0 });
    for (const text of ['two', 'three', 'four']) {
      const { runId } = await sayOn(socket, threadId, text);
      await socket.until(stream, hasEnded(runId));
    }
    const agentId = someone.agents['Editor']?.id;
    for (const title of ['a', 'b', 'c']) await someone.call('POST /v1/threads', { body: { agentId, title } });

    const whole = await someone.call('GET /v1/threads/{threadId}', { path: { threadId } });
    const items: unknown[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { limit: '3', ...(cursor && { cursor }) };
      const page = await someone.call('GET /v1/threads/{threadId}/items', { path: { threadId }, query });
      items.unshift(...page.data);
      cursor = page.nextCursor;
    } while (cursor);
    const titles: (string | null)[] = [];
    do {
      const query: Record<string, string> = {
        workspaceId: someone.workspace.id,
        limit: '2',
        ...(cursor && { cursor }),
      };
      const page = await someone.call('GET /v1/threads', { query });
      titles.push(...page.data.map(({ title }) => title));
      cursor = page.nextCursor;
    } while (cursor);

    expect(items).toEqual(whole.items);
    expect(items).toHaveLength(8);
    expect(titles.toSorted()).toEqual(['a', 'b', 'c', 'one']);
    await socket.close();
  });

  it('says who is signed in, and how the platform is', async () => {
    const me = await user.call('GET /v1/me');
    const health = await user.call('GET /health', { token: '' });
    const detailed = await user.call('GET /health/detailed', { token: '' });

    expect(me).toMatchObject({ id: user.userId, isAnonymous: true });
    expect(health).toEqual({ status: 'ok' });
    expect(detailed.parts).toEqual({ log: 'ok', store: 'ok' });
  });
});
