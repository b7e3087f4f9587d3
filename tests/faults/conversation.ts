import { randomUUID } from 'node:crypto';
import { type AnyEnvelope, isKnownEvent } from '#core/protocol/event.ts';
import type { AgentId, ItemId, RunId, ThreadId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import { isTerminal } from '#core/protocol/run.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import type { TestUser } from '../support/test-user.ts';
import type { Conversation, Message } from './conversations.ts';
import type { Counter } from './counter.ts';
import { insisting } from './insisting.ts';
import { type FollowedThread, followThread, openWebClient, type WebClient } from './web-client.ts';

/** What is left of a conversation, without what differs from one to the next: ids, times, numbers. */
export interface Told {
  readonly items: readonly unknown[];
  readonly runs: readonly string[];
  readonly charged: number;
}

export interface Finished {
  readonly told: Told;
  /** By what the client saw live, and by what the log and Postgres have. */
  readonly live: ThreadView;
  readonly threadId: ThreadId;
  readonly events: readonly AnyEnvelope[];
}

export interface Talk {
  readonly user: TestUser;
  readonly socketUrl: string;
  readonly agentId: AgentId;
  readonly counter: Counter;
  /** Told each event of the thread as the client applies it; true cuts the client's connection there. */
  readonly onEvent?: ((seq: number) => boolean) | undefined;
}

/** Has a conversation once, as the web client would, and reads what became of it in every way there is. */
export async function converse({ messages }: Conversation, talk: Talk): Promise<Finished> {
  const { user, socketUrl, agentId, counter } = talk;
  const booking = `booking-${randomUUID().slice(0, 8)}`;
  const thread = await insisting(() => user.call('POST /v1/threads', { body: { agentId, title: 'A booking' } }));
  const client = openWebClient(socketUrl, user.token);
  const working = new Set<ItemId>();
  const followed = followThread(client, thread.id, ({ seq, event }) => {
    if (isKnownEvent(event) && event.type === 'tool.started') working.add(event.itemId);
    if (talk.onEvent?.(seq)) client.cut();
  });
  try {
    for (const message of messages) {
      const runId = await say(user, thread.id, { text: message.text(booking) });
      const wasCharged = () => counter.count(booking) > 0;
      await answerUntilEnded({ user, client, followed, threadId: thread.id, runId, message, working, wasCharged });
    }
    const events = await allEvents(user, thread.id);
    return {
      threadId: thread.id,
      live: await followed.until('everything has arrived', ({ seq }) => seq === events.length),
      events,
      told: told(followed.view, counter.count(booking)),
    };
  } finally {
    followed.close();
    client.close();
  }
}

async function say(
  user: TestUser,
  threadId: ThreadId,
  { text, ...how }: Required<Message>['meanwhile'],
): Promise<RunId> {
  const body = { input: { text }, ...how, clientRequestId: randomUUID() };
  const { runId } = await insisting(() => user.call('POST /v1/threads/{threadId}/runs', { path: { threadId }, body }));
  return runId;
}

interface Answering extends Pick<Talk, 'user'> {
  readonly client: WebClient;
  readonly followed: FollowedThread;
  readonly threadId: ThreadId;
  readonly runId: RunId;
  readonly message: Message;
  /** The calls that have been begun. */
  readonly working: ReadonlySet<ItemId>;
  readonly wasCharged: () => boolean;
}

/** Decides and carries out what the run asks for, until it has ended. Answers are given again until they are heard. */
async function answerUntilEnded(answering: Answering): Promise<void> {
  const { user, client, followed, threadId, runId, message, working, wasCharged } = answering;
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
      next = await say(user, threadId, meanwhile);
      meanwhile = undefined;
    }
    const answer = asksFor(due)
      ? answerTo(due, runId, message, wasCharged())
      : ({ type: 'run.cancel', runId } as const);
    if (answer) await insisting(() => client.socket.request(answer));
  }
  // It went into this run, or waits behind it.
  if (next !== runId) await followed.until(`run ${next} ends`, ({ runs }) => hasEnded(runs[next]));
}

const hasEnded = (run: ThreadView['runs'][RunId] | undefined): boolean => run !== undefined && isTerminal(run.status);

const asksFor = (item: Item): boolean =>
  (item.type === 'approval' && item.status === 'pending') ||
  (item.type === 'tool_call' && item.awaitsClient !== undefined);

/** Null when nobody says anything. */
function answerTo(item: Item, runId: RunId, { decide }: Message, wasCharged: boolean) {
  if (item.type !== 'approval') {
    return { type: 'client_tool.output', runId, itemId: item.id, result: { output: 'dark' } } as const;
  }
  const { approvalId } = item;
  const resolution = decide?.(item, wasCharged) ?? null;
  return resolution && ({ type: 'approval.resolve', runId, approvalId, resolution } as const);
}

async function allEvents(user: TestUser, threadId: ThreadId): Promise<AnyEnvelope[]> {
  const events: AnyEnvelope[] = [];
  for (;;) {
    const query = { after: String(events.length), limit: '1000' };
    const page = await insisting(() => user.call('GET /v1/threads/{threadId}/events', { path: { threadId }, query }));
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
