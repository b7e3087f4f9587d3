import { once } from 'node:events';
import WebSocket from 'ws';
import * as z from 'zod';
import { socketProtocol } from '#core/protocol/socket.ts';
import { preciseNow } from './clock.ts';

/** What a client saw of one run. Times are milliseconds since 1970. */
export interface SeenRun {
  readonly firstDeltaMs: number;
  readonly lastDeltaMs: number;
  readonly endedMs: number;
  /** How it ended: `run.completed` if all went well. */
  readonly end: string;
  readonly text: string;
  /** In how many messages its deltas came. */
  readonly pushes: number;
  /** When each of its events came, and by which attempt it was written. */
  readonly arrivals: readonly Arrival[];
}

export interface Arrival {
  readonly atMs: number;
  readonly attempt: number;
}

/**
 * A client that costs little itself: it keeps of each run what the measures need, and checks no schema. (The stack's own tests check those.)
 */
export interface ChatSocket {
  /** Sends a message, and again while the platform is too busy to take it; resolves with its reply if that is an `ok`. */
  ask(message: Record<string, unknown>): Promise<Reply>;
  /** Resolves when the run has ended. Asks for what was not pushed, as a client has to. */
  seen(runId: string): Promise<SeenRun>;
  /** How often it had to ask again: for messages that were refused, and for pushes that did not come. */
  readonly repeats: { refused: number; missed: number };
  close(): Promise<void>;
}

const Reply = z.looseObject({
  type: z.string(),
  error: z.object({ code: z.string() }).optional(),
  run: z.object({ runId: z.string(), threadId: z.string() }).optional(),
});
type Reply = z.infer<typeof Reply>;

interface Envelope {
  readonly seq: number;
  readonly runId?: string;
  readonly attempt?: number;
  readonly event: { readonly type: string; readonly text?: string };
}

/** A run that has not ended within this time is lost. */
const patienceMs = 120_000;
/** A stream in which nothing came for so long is asked for. */
const quietMs = 15_000;
/** A gap that stays for so long is no push that overtook another. */
const gapMs = 1_000;
const busyPauseMs = 500;

export async function openChatSocket(socketUrl: string, token: string): Promise<ChatSocket> {
  const socket = new WebSocket(socketUrl, [socketProtocol, `bearer.${token}`]);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  const replies = new Map<string, (reply: unknown) => void>();
  const streams = new Map<string, StreamWatch>();
  const runs = new Map<string, RunWatch>();
  const repeats = { refused: 0, missed: 0 };
  const watchOf = (runId: string): RunWatch => {
    const known = runs.get(runId) ?? new RunWatch();
    runs.set(runId, known);
    return known;
  };
  let asked = 0;

  async function askOnce(message: Record<string, unknown>): Promise<Reply> {
    asked += 1;
    const id = String(asked);
    const answered = new Promise<unknown>((resolve) => replies.set(id, resolve));
    socket.send(JSON.stringify({ id, ...message }));
    const reply = Reply.parse(await answered);
    replies.delete(id);
    return reply;
  }

  async function ask(message: Record<string, unknown>): Promise<Reply> {
    const { type, stream, after } = message;
    if (type === 'subscribe' && typeof stream === 'string' && typeof after === 'number' && !streams.has(stream))
      streams.set(stream, new StreamWatch(after));
    for (;;) {
      const reply = await askOnce(message);
      if (reply.type === 'ok') return reply;
      if (reply.error?.code !== 'unavailable')
        throw new Error(`${String(message['type'])} was refused: ${JSON.stringify(reply)}`);
      repeats.refused += 1;
      await new Promise((resolve) => setTimeout(resolve, busyPauseMs));
    }
  }

  async function askForMissed(name: string, stream: StreamWatch): Promise<void> {
    if (stream.asking || closing) return;
    stream.asking = true;
    repeats.missed += 1;
    await ask({ type: 'subscribe', stream: name, after: stream.head }).finally(() => {
      stream.asking = false;
    });
  }

  function take({ stream: name, events }: { stream: string; events: readonly Envelope[] }): void {
    const nowMs = preciseNow();
    const stream = streams.get(name) ?? new StreamWatch();
    streams.set(name, stream);
    const touched = new Set<RunWatch>();
    if (!stream.hasGap) stream.completeMs = nowMs;
    for (const envelope of events) {
      if (!stream.isNew(envelope.seq) || !envelope.runId) continue;
      const run = watchOf(envelope.runId);
      stream.runs.add(run);
      if (run.take(envelope, nowMs)) touched.add(run);
    }
    for (const run of touched) run.pushes += 1;
    stream.lastMs = nowMs;
    if (stream.hasGap) return;
    stream.completeMs = nowMs;
    for (const run of stream.runs) if (run.resolveIfEnded()) stream.runs.delete(run);
  }

  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.type === 'events') take(message);
    else replies.get(message.id)?.(message);
  });
  const watchdog = setInterval(() => {
    if (![...runs.values()].some((run) => run.isAwaited)) return;
    for (const [name, stream] of streams) {
      const isQuiet = preciseNow() - stream.lastMs > quietMs;
      const isBroken = stream.hasGap && preciseNow() - stream.completeMs > gapMs;
      if (isQuiet || isBroken) void askForMissed(name, stream);
    }
  }, gapMs);
  let closing = false;

  return {
    ask,
    repeats,
    async seen(runId) {
      const run = watchOf(runId);
      run.isAwaited = true;
      const timer = setTimeout(() => run.ended.reject(new Error(`${runId} has not ended`)), patienceMs);
      await run.ended.promise;
      clearTimeout(timer);
      runs.delete(runId);
      return run.seen();
    },
    async close() {
      closing = true;
      clearInterval(watchdog);
      socket.close();
      await closed;
    },
  };
}

const ends: ReadonlySet<string> = new Set(['run.completed', 'run.failed', 'run.cancelled']);

/** What came of a stream. An event may come twice, as a push and in a replay, and pushes may be lost. */
class StreamWatch {
  /** Everything up to here has come. */
  head: number;
  lastMs = preciseNow();
  completeMs = preciseNow();
  asking = false;
  /** Those that have not ended, as far as their events have come without a gap. */
  readonly runs = new Set<RunWatch>();
  readonly #beyond = new Set<number>();

  constructor(head = 0) {
    this.head = head;
  }

  get hasGap(): boolean {
    return this.#beyond.size > 0;
  }

  isNew(seq: number): boolean {
    if (seq <= this.head || this.#beyond.has(seq)) return false;
    this.#beyond.add(seq);
    while (this.#beyond.delete(this.head + 1)) this.head += 1;
    return true;
  }
}

class RunWatch {
  pushes = 0;
  isAwaited = false;
  readonly ended = Promise.withResolvers<void>();
  #firstDeltaMs = Number.NaN;
  #lastDeltaMs = Number.NaN;
  #endedMs = Number.NaN;
  #end = '';
  #text = '';
  readonly #arrivals: Arrival[] = [];

  /** True for a delta. */
  take({ event, attempt = 0 }: Envelope, nowMs: number): boolean {
    this.#arrivals.push({ atMs: nowMs, attempt });
    // Its model is asked again, for the only message that it writes here.
    if (event.type === 'turn.restarted') this.#text = '';
    if (ends.has(event.type)) {
      this.#end = event.type;
      this.#endedMs = nowMs;
    }
    if (event.type !== 'item.delta') return false;
    if (Number.isNaN(this.#firstDeltaMs)) this.#firstDeltaMs = nowMs;
    this.#lastDeltaMs = nowMs;
    this.#text += event.text ?? '';
    return true;
  }

  resolveIfEnded(): boolean {
    if (this.#end === '') return false;
    this.ended.resolve();
    return true;
  }

  seen(): SeenRun {
    return {
      firstDeltaMs: this.#firstDeltaMs,
      lastDeltaMs: this.#lastDeltaMs,
      endedMs: this.#endedMs,
      end: this.#end,
      text: this.#text,
      pushes: this.pushes,
      arrivals: this.#arrivals,
    };
  }
}
