import * as z from 'zod';
import { AgentId, ClientRequestId, RunId, ThreadId, Timestamp } from '#core/protocol/ids.ts';
import { isTerminal, type Run } from '#core/protocol/run.ts';
import { RunAccepted } from '#core/protocol/socket.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';

/** A request for a run on its way to the server. Its id stays the same however often it is sent, so it is done once. */
export const OutboxEntry = z.object({
  clientRequestId: ClientRequestId,
  /** The thread it belongs to, or the agent that a new thread is to be made with. */
  target: z.union([z.object({ threadId: ThreadId }), z.object({ agentId: AgentId })]),
  /** The thread that was made for a message too long for the socket; it gets the message when that is sent again. */
  madeThreadId: ThreadId.optional(),
  request: z.union([
    z.object({
      input: z.object({ text: z.string() }),
      /** Who is to answer, if not who has the conversation. */
      agentId: AgentId.optional(),
      replaces: RunId.optional(),
      after: RunId.optional(),
      delivery: z.enum(['queue', 'steer']).optional(),
    }),
    z.object({ retryOf: RunId }),
    z.object({ regenerate: RunId }),
  ]),
  createdAt: Timestamp,
  /** What the thread had reached when it was written: what it becomes there comes later. */
  afterSeq: z.number().int().nonnegative(),
  state: z.discriminatedUnion('status', [
    z.object({ status: z.literal('waiting') }),
    z.object({ status: z.literal('sending') }),
    z.object({ status: z.literal('failed'), message: z.string() }),
    /** Taken by the server; kept until its events have come. */
    z.object({ status: z.literal('accepted'), run: RunAccepted }),
  ]),
});
export type OutboxEntry = z.infer<typeof OutboxEntry>;
export type Outbox = readonly OutboxEntry[];

/**
 * The entries that may be sent now. The messages of one thread go one after the other, so that they arrive in the order
 * in which they were written; threads do not wait for each other.
 */
export function readyToSend(outbox: Outbox): OutboxEntry[] {
  const busy = new Set<string>();
  return outbox.filter((entry) => {
    const { status } = entry.state;
    if (status !== 'waiting' && status !== 'sending') return false;
    const lane = laneOf(entry);
    if (busy.has(lane)) return false;
    busy.add(lane);
    return status === 'waiting';
  });
}

const laneOf = ({ target, clientRequestId }: OutboxEntry): string =>
  'threadId' in target ? target.threadId : clientRequestId;

export const withState = (outbox: Outbox, id: string, state: OutboxEntry['state']): Outbox =>
  outbox.map((entry) => {
    if (entry.clientRequestId !== id) return entry;
    return { ...entry, state, target: state.status === 'accepted' ? { threadId: state.run.threadId } : entry.target };
  });

/** Remembers the thread that was made for an entry, or forgets it when it is gone. */
export const withMadeThread = (outbox: Outbox, id: string, madeThreadId: ThreadId | undefined): Outbox =>
  outbox.map((entry) => (entry.clientRequestId === id ? { ...entry, madeThreadId } : entry));

export const without = (outbox: Outbox, id: string): Outbox => outbox.filter((entry) => entry.clientRequestId !== id);

/** Drops what the thread itself now shows. The same outbox when there is nothing to drop. */
export function settled(outbox: Outbox, view: ThreadView): Outbox {
  const shown = (entry: OutboxEntry) =>
    entry.state.status === 'accepted' && shows(view, entry.request, entry.state.run);
  return outbox.some(shown) ? outbox.filter((entry) => !shown(entry)) : outbox;
}

function shows(view: ThreadView, request: OutboxEntry['request'], { runId, inputItemId }: RunAccepted): boolean {
  const run = view.runs[runId];
  const hasItem = view.items.some((item) => item.id === inputItemId);
  // The message of a retry was there before, and so was the run that is steered.
  if (!('input' in request)) return run !== undefined;
  if (request.delivery === 'steer') return hasItem || (run !== undefined && isTerminal(run.status));
  return hasItem || run !== undefined;
}

/** The run that an entry became, as far as the thread shows it. Events can be faster than the reply that says which it is. */
export function runOf({ request, state, afterSeq }: OutboxEntry, view: ThreadView): Run | undefined {
  if ('input' in request && request.delivery === 'steer') return undefined;
  if (state.status === 'accepted') return view.runs[state.run.runId];
  return Object.values(view.runs).find((run) => run.queuedSeq > afterSeq && isAbout(run, request));
}

function isAbout(run: Run, request: OutboxEntry['request']): boolean {
  if ('retryOf' in request) return run.retryOf === request.retryOf;
  if ('regenerate' in request) return run.regenerates === request.regenerate;
  return request.replaces !== undefined && run.replaces === request.replaces;
}

/**
 * The entries that the thread does not show yet. Events can be faster than the reply that says which item is whose, so
 * until then a new message with the same text counts as the entry's own.
 */
export function unshown(entries: readonly OutboxEntry[], view: ThreadView): OutboxEntry[] {
  const claimed = new Set<string>();
  return settled(entries, view).filter((entry) => {
    const { request, state, afterSeq } = entry;
    if (state.status === 'failed') return true;
    if (!('input' in request)) return runOf(entry, view) === undefined;
    const own = view.items.find(
      (item) =>
        item.type === 'user_message' &&
        item.text === request.input.text &&
        (view.addedAt[item.id] ?? 0) > afterSeq &&
        !claimed.has(item.id),
    );
    if (own) claimed.add(own.id);
    return !own;
  });
}

export const entriesOf = (outbox: Outbox, threadId: ThreadId | null): OutboxEntry[] =>
  outbox.filter(({ target }) =>
    threadId ? 'threadId' in target && target.threadId === threadId : 'agentId' in target,
  );

/** What is worth keeping over a reload; what was on its way is sent again under its old id. */
export function storedOutbox(outbox: Outbox): string | null {
  const open = outbox.filter(({ state }) => state.status !== 'accepted');
  return open.length === 0 ? null : JSON.stringify(open);
}

export function readOutbox(stored: string | null): Outbox {
  const parsed = z.array(z.unknown()).safeParse(jsonOf(stored));
  return (parsed.data ?? []).flatMap((candidate) => {
    const entry = OutboxEntry.safeParse(candidate);
    if (!entry.success) return [];
    return [
      entry.data.state.status === 'sending' ? { ...entry.data, state: { status: 'waiting' as const } } : entry.data,
    ];
  });
}

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
