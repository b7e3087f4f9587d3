import { randomUUID } from 'node:crypto';
import type { RunMessage } from '#core/ports/run-queue.ts';
import type { ApprovalDecision } from '#core/protocol/approval.ts';
import type { AnyEnvelope } from '#core/protocol/event.ts';
import type { AgentId, RunId, ThreadId } from '#core/protocol/ids.ts';
import type { ApprovalItem, Item } from '#core/protocol/item.ts';
import { isTerminal } from '#core/protocol/run.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import type { TestUser } from '../support/test-user.ts';
import type { Counter } from './counter.ts';
import type { ModelRequest, Turn } from './scripted-model.ts';
import { type FollowedThread, followThread, openWebClient, type WebClient } from './web-client.ts';

/** What the model says and does in the conversation that every fault is tried on. */
export function script({ input }: ModelRequest): Turn {
  const asked = input.findLastIndex(({ role }) => role === 'user');
  const text = JSON.stringify(input[asked]);
  const booking = /booking-[\w-]+/.exec(text)?.[0] ?? 'booking-unknown';
  const answers = input.slice(asked).filter(({ type }) => type === 'function_call_output').length;
  return text.includes('Book') ? bookingTurn(booking, answers) : thanksTurn(answers);
}

function bookingTurn(booking: string, answers: number): Turn {
  switch (answers) {
    case 0:
      return {
        call: [
          { name: 'look_up', args: { city: 'Paris' } },
          { name: 'look_up', args: { city: 'Rome' } },
        ],
      };
    case 2:
      return { call: [{ name: 'charge', args: { booking, amount: 5 } }] };
    case 3:
      return { call: [{ name: 'switch_theme', args: { theme: 'dark' } }] };
    case 4:
      return { call: [{ name: handoffTool, args: {} }] };
    default:
      return {
        say: `Booked ${booking}. Paris and Rome were looked up, five was charged once, and the theme is dark. This is long enough to be more than one event.`,
      };
  }
}

const thanksTurn = (answers: number): Turn =>
  answers === 0
    ? { call: [{ name: 'look_up', args: { city: 'Oslo' } }] }
    : { say: 'You are welcome. In Oslo the weather is fine as well, in case you want to go on.' };

/** What the tool is called by which the one agent hands over to the other. */
export const handoffTool = 'transfer_to_closer';

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

/** What the queue is told of a run. */
export type AcceptedRun = Pick<RunMessage, 'runId' | 'threadId' | 'workspaceId'>;

export interface Talk {
  readonly user: TestUser;
  readonly socketUrl: string;
  readonly agentId: AgentId;
  readonly counter: Counter;
  /** Told each event of the thread as the client applies it; true cuts the client's connection there. */
  readonly onEvent?: ((seq: number) => boolean) | undefined;
  /** Told each run as it is accepted. */
  readonly onRun?: ((run: AcceptedRun) => void) | undefined;
}

/** Has the conversation once, as the web client would, and reads what became of it in every way there is. */
export async function converse(talk: Talk): Promise<Finished> {
  const { user, socketUrl, agentId, counter } = talk;
  const booking = `booking-${randomUUID().slice(0, 8)}`;
  const thread = await user.call('POST /v1/threads', { body: { agentId, title: 'A booking' } });
  const client = openWebClient(socketUrl, user.token);
  const followed = followThread(client, thread.id, ({ seq }) => {
    if (talk.onEvent?.(seq)) client.cut();
  });
  try {
    for (const text of [`Book ${booking}, please`, 'Thank you']) {
      const runId = await say(user, thread.id, text);
      talk.onRun?.({ runId, threadId: thread.id, workspaceId: user.workspace.id });
      await answerUntilEnded({ client, followed, runId, wasCharged: () => counter.count(booking) > 0 });
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

async function say(user: TestUser, threadId: ThreadId, text: string): Promise<RunId> {
  const body = { input: { text }, clientRequestId: randomUUID() };
  const { runId } = await insisting(() => user.call('POST /v1/threads/{threadId}/runs', { path: { threadId }, body }));
  return runId;
}

interface Answering {
  readonly client: WebClient;
  readonly followed: FollowedThread;
  readonly runId: RunId;
  readonly wasCharged: () => boolean;
}

/** Decides and carries out what the run asks for, until it has ended. Answers are given again until they are heard. */
async function answerUntilEnded({ client, followed, runId, wasCharged }: Answering): Promise<void> {
  const answered = new Set<string>();
  const isOpen = (item: Item) => asksFor(item) && item.runId === runId && !answered.has(item.id);
  for (;;) {
    const view = await followed.until(
      `run ${runId} asks or ends`,
      ({ items, runs }) => items.some(isOpen) || hasEnded(runs[runId]),
    );
    const asking = view.items.find(isOpen);
    if (!asking) return;
    answered.add(asking.id);
    await insisting(() => client.socket.request(answerTo(asking, runId, wasCharged)));
  }
}

const hasEnded = (run: ThreadView['runs'][RunId] | undefined): boolean => run !== undefined && isTerminal(run.status);

const asksFor = (item: Item): boolean =>
  (item.type === 'approval' && item.status === 'pending') ||
  (item.type === 'tool_call' && item.awaitsClient !== undefined);

function answerTo(item: Item, runId: RunId, wasCharged: () => boolean) {
  if (item.type === 'approval') {
    const { approvalId } = item;
    return { type: 'approval.resolve', runId, approvalId, resolution: decisionOn(item, wasCharged) } as const;
  }
  return { type: 'client_tool.output', runId, itemId: item.id, result: { output: 'dark' } } as const;
}

/** A person approves, and finds out what became of a charge that was cut off. */
function decisionOn({ kind }: ApprovalItem, wasCharged: () => boolean): ApprovalDecision {
  if (kind === 'tool_call') return { decision: 'approve', scope: 'once' };
  return wasCharged() ? { decision: 'skip', output: 'Charged 5.' } : { decision: 'run_again' };
}

/** The web client and its person try again what could not be said. What is refused stays refused. */
async function insisting<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 100 || !/unreachable|timed_out|unavailable|50\d|fetch failed/.test(describe(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const describe = (error: unknown): string =>
  `${String(error)} ${JSON.stringify(error instanceof Error ? { ...error } : error)}`;

async function allEvents(user: TestUser, threadId: ThreadId): Promise<AnyEnvelope[]> {
  const events: AnyEnvelope[] = [];
  for (;;) {
    const query = { after: String(events.length), limit: '1000' };
    const page = await user.call('GET /v1/threads/{threadId}/events', { path: { threadId }, query });
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
    case 'agent_message':
    case 'reasoning':
      return { type: item.type, text: item.text.replace(/booking-[\w-]+/g, 'booking') };
    case 'tool_call': {
      const { name, status, result, awaitsClient } = item;
      return {
        type: item.type,
        name,
        status,
        ok: result?.ok,
        output: result && shortened(result.output),
        waits: awaitsClient !== undefined,
      };
    }
    case 'approval':
      return { type: item.type, kind: item.kind, status: item.status };
    case 'handoff':
      return { type: item.type };
  }
}

const shortened = (text: string): string =>
  text.length <= 80 ? text : `${text.slice(0, 80)}… ${text.length} characters`;
