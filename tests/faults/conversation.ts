import { deepStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type AnyEnvelope, isKnownEvent } from '#core/protocol/event.ts';
import type { AgentId, ItemId, RunId, ThreadId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import { isTerminal } from '#core/protocol/run.ts';
import { type ThreadView, viewOf } from '#core/protocol/thread-view.ts';
import type { Api } from '../../frontend/src/http/api.ts';
import type { TestUser } from '../support/test-user.ts';
import type { Conversation, Message } from './conversations.ts';
import type { Counter } from './counter.ts';
import { type FollowedThread, followThread } from './follow-thread.ts';
import { pressingAgain } from './pressing-again.ts';
import { openWebClient, say, stopRun, type WebClient } from './web-client.ts';

/** What is left of a conversation, without what differs from one to the next: ids, times, numbers. */
export interface Told {
  readonly items: readonly unknown[];
  readonly runs: readonly string[];
  readonly charged: number;
}

export interface Finished {
  readonly told: Told;
  /** What the client saw live. */
  readonly live: ThreadView;
  /** What the log has. */
  readonly events: readonly AnyEnvelope[];
  /** The thread as opened from Postgres. */
  readonly opened: ThreadView;
}

export interface Talk {
  readonly user: TestUser;
  /** Where the platform is. */
  readonly url: string;
  readonly socketUrl: string;
  readonly agentId: AgentId;
  readonly counter: Counter;
  /** Told each event of the thread as the client applies it; true cuts the client's connection there. */
  readonly onEvent?: ((seq: number) => boolean) | undefined;
}

/** Has a conversation once, by the web client's own code, and reads what became of it in every way there is. */
export async function converse({ messages }: Conversation, talk: Talk): Promise<Finished> {
  const { user, url, socketUrl, agentId, counter } = talk;
  const booking = `booking-${randomUUID().slice(0, 8)}`;
  const client = openWebClient({ url, socketUrl, token: user.token });
  const { api, outbox } = client;
  let followed: FollowedThread | undefined;
  try {
    const thread = await pressingAgain(() => api('POST /v1/threads', { body: { agentId, title: 'A booking' } }));
    const working = new Set<ItemId>();
    followed = followThread(client, thread.id, ({ seq, event }, view) => {
      outbox.settle(view);
      if (isKnownEvent(event) && event.type === 'tool.started') working.add(event.itemId);
      if (talk.onEvent?.(seq)) client.cut();
    });
    const wasCharged = () => counter.count(booking) > 0;
    for (const message of messages) {
      const runId = await say(client, { input: { text: message.text(booking) } }, followed.view, thread.id);
      await answerUntilEnded({ client, followed, threadId: thread.id, runId, message, working, wasCharged });
    }
    const events = await allEvents(api, thread.id);
    const live = await followed.until('everything has arrived', ({ seq }) => seq === events.length);
    outbox.settle(live);
    deepStrictEqual(outbox.entries.get(), [], 'the thread shows every message that was sent');
    const opened = await pressingAgain(() => api('GET /v1/threads/{threadId}', { path: { threadId: thread.id } }));
    return { live, events, opened: viewOf(opened), told: told(live, counter.count(booking)) };
  } finally {
    followed?.close();
    client.close();
  }
}

interface Answering {
  readonly client: WebClient;
  readonly followed: FollowedThread;
  readonly threadId: ThreadId;
  readonly runId: RunId;
  readonly message: Message;
  /** The calls that have been begun. */
  readonly working: ReadonlySet<ItemId>;
  readonly wasCharged: () => boolean;
}

/** Decides and carries out what the run asks for, until it has ended. */
async function answerUntilEnded(answering: Answering): Promise<void> {
  const { client, followed, threadId, runId, message, working, wasCharged } = answering;
  const answered = new Set<string>();
  let { meanwhile } = message;
  let next: RunId = runId;
  const isNew = (item: Item) => item.runId === runId && !answered.has(item.id);
  const isDue = (item: Item) => isNew(item) && (asksFor(item) || (message.cancels && working.has(item.id)));
  for (;;) {
    const view = await followed.until(
      `run ${runId} asks or ends`,
      ({ items, runs }) => items.some(isDue) || hasEnded(runs[runId]),
    );
    const due = view.items.find(isDue);
    if (!due) break;
    answered.add(due.id);
    if (meanwhile && due.type === 'approval') {
      const { text, ...how } = meanwhile;
      next = await say(client, { input: { text }, ...how }, view, threadId);
      meanwhile = undefined;
    }
    await pressingAgain(() => (asksFor(due) ? answer(client, due, message, wasCharged()) : stopRun(client, runId)));
  }
  // It went into this run, or waits behind it.
  if (next !== runId) await followed.until(`run ${next} ends`, ({ runs }) => hasEnded(runs[next]));
}

const hasEnded = (run: ThreadView['runs'][RunId] | undefined): boolean => run !== undefined && isTerminal(run.status);

const asksFor = (item: Item): boolean =>
  (item.type === 'approval' && item.status === 'pending') ||
  (item.type === 'tool_call' && item.awaitsClient !== undefined);

async function answer({ answers }: WebClient, item: Item, { decide }: Message, wasCharged: boolean): Promise<void> {
  if (item.type === 'tool_call') return answers.answerCall(item, { output: 'dark' });
  if (item.type !== 'approval') throw new Error(`nobody is asked by a ${item.type}`);
  const resolution = decide?.(item, wasCharged) ?? null;
  // Null: they say nothing.
  if (resolution) await answers.decide(item, resolution);
}

async function allEvents(api: Api, threadId: ThreadId): Promise<AnyEnvelope[]> {
  const events: AnyEnvelope[] = [];
  for (;;) {
    const query = { after: events.length, limit: 1_000 };
    const page = await pressingAgain(() => api('GET /v1/threads/{threadId}/events', { path: { threadId }, query }));
    events.push(...page.events);
    if (events.length >= page.head) return events;
  }
}

/** What a reader remembers of a thread. Whether a person was asked about a call that was cut off depends on the fault. */
export const told = ({ items, runs }: ThreadView, charged: number): Told => ({
  items: items.filter((item) => !(item.type === 'approval' && item.kind === 'interrupted_call')).map(remembered),
  runs: Object.values(runs).map(({ status, error }) => (error ? `${status}: ${error.code}` : status)),
  charged,
});

function remembered(item: Item): unknown {
  switch (item.type) {
    case 'user_message':
      return { type: item.type, text: unnamed(item.text), delivery: item.delivery };
    case 'agent_message':
    case 'reasoning':
      return {
        type: item.type,
        text: unnamed(item.text),
        status: item.status,
        delegated: item.parentItemId !== undefined,
      };
    case 'tool_call': {
      const { name, status, result, awaitsClient, parentItemId } = item;
      const delegated = parentItemId !== undefined;
      // Whether the worker of a cancelled run has lived to say so depends on the fault.
      if (status === 'incomplete' || result?.output.startsWith(stopped))
        return { type: item.type, name, stopped: true };
      const output = result && shortened(result.output);
      return { type: item.type, name, status, ok: result?.ok, output, waits: awaitsClient !== undefined, delegated };
    }
    case 'approval':
      return { type: item.type, kind: item.kind, status: item.status, decision: item.resolution?.decision };
    case 'handoff':
      return { type: item.type };
  }
}

/** How the result begins of a call that was at work when its run was cancelled. */
const stopped = 'It was stopped before it had ended.';

const unnamed = (text: string): string => text.replace(/booking-[\w-]+/g, 'booking');

const shortened = (text: string): string =>
  text.length <= 80 ? text : `${text.slice(0, 80)}… ${text.length} characters`;
