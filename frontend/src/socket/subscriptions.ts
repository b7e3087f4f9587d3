import { ErrorCode } from '#core/protocol/errors.ts';
import type { Stream } from '#core/protocol/event.ts';
import type { EventsPush, OkReply } from '#core/protocol/socket.ts';
import { CallError, mayPass } from '../http/call-error.ts';
import type { ToldError } from '../http/told-error.ts';

/** A reader of one stream. */
export interface Subscriber {
  /** The seq up to which it has everything. */
  after(): number;
  /** Something goes on, so silence may mean that the last push was lost. */
  expectsMore?(): boolean;
  onEvents(push: EventsPush): void;
  /** The server has registered the subscription: after each (re)connection. */
  onSubscribed?(): void;
  /** The stream may not be read, or not from there: the subscriber has to begin anew. */
  onRefused(error: ToldError): void;
  /** The server was asked again and again and does not have what is missing. */
  onStuck(): void;
}

export interface Subscriptions {
  /** Reads a stream; one subscriber per stream. */
  add(stream: Stream, subscriber: Subscriber): () => void;
  push(push: EventsPush): void;
  /** Asks for everything that was missed; after each connection. */
  resume(): void;
  close(): void;
}

export interface SubscriptionsOptions {
  readonly subscribe: (stream: Stream, after: number) => Promise<OkReply>;
  /** Resolves when it has been carried out, or when that cannot be known any more. */
  readonly unsubscribe: (stream: Stream) => Promise<void>;
  /** How long events may be out of order before they count as missing. */
  readonly settleMs?: number;
}

const maxAttempts = 4;
const askAgainMs = 2_000;
/** How long a stream that is expected to go on may be silent before the server is asked; doubled each time it had nothing new. */
const firstSilenceMs = 10_000;
const longestSilenceMs = 40_000;
const lookMs = 2_500;

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const subscriptions = new Map<Stream, Subscription>();
  const leaving = new Map<Stream, Promise<void>>();
  const leave = (stream: Stream): void => {
    const left = options.unsubscribe(stream).finally(() => {
      if (leaving.get(stream) === left) leaving.delete(stream);
    });
    leaving.set(stream, left);
  };
  const looks = setInterval(() => {
    for (const subscription of subscriptions.values()) subscription.askIfSilent();
  }, lookMs);
  return {
    add(stream, subscriber) {
      subscriptions.get(stream)?.close();
      const subscription = new Subscription(stream, subscriber, options, leaving);
      subscriptions.set(stream, subscription);
      subscription.ask();
      return () => {
        subscription.close();
        if (subscriptions.get(stream) !== subscription) return;
        subscriptions.delete(stream);
        leave(stream);
      };
    },
    push(push) {
      subscriptions.get(push.stream)?.push(push);
    },
    resume() {
      for (const subscription of subscriptions.values()) subscription.ask();
    },
    close() {
      clearInterval(looks);
      for (const subscription of subscriptions.values()) subscription.close();
    },
  };
}

/** One stream with its reader, and what is known to exist of it. */
class Subscription {
  private head = 0;
  private closed = false;
  private attempts = 0;
  private silentMs = 0;
  private patienceMs = firstSilenceMs;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stream: Stream;
  private readonly subscriber: Subscriber;
  private readonly options: SubscriptionsOptions;
  private readonly leaving: ReadonlyMap<Stream, Promise<void>>;

  constructor(
    stream: Stream,
    subscriber: Subscriber,
    options: SubscriptionsOptions,
    leaving: ReadonlyMap<Stream, Promise<void>>,
  ) {
    this.stream = stream;
    this.subscriber = subscriber;
    this.options = options;
    this.leaving = leaving;
  }

  ask(): void {
    if (this.closed) return;
    this.silentMs = 0;
    // The server carries messages out side by side: leaving the stream could otherwise end what is asked for here.
    const left = this.leaving.get(this.stream);
    if (left) {
      void left.then(() => this.ask());
      return;
    }
    this.options.subscribe(this.stream, this.subscriber.after()).then(
      ({ head = 0 }) => {
        if (this.closed) return;
        this.subscriber.onSubscribed?.();
        this.expect(head);
      },
      (error: unknown) => this.notSubscribed(error),
    );
  }

  /** A lost push shows as a gap with the next one; after a last one there is no next, so that one is asked for. */
  askIfSilent(): void {
    if (this.closed || this.timer !== undefined || !this.subscriber.expectsMore?.()) {
      this.silentMs = 0;
      return;
    }
    this.silentMs += lookMs;
    if (this.silentMs < this.patienceMs) return;
    this.patienceMs = Math.min(this.patienceMs * 2, longestSilenceMs);
    this.ask();
  }

  push(push: EventsPush): void {
    this.silentMs = 0;
    this.patienceMs = firstSilenceMs;
    this.subscriber.onEvents(push);
    this.expect(push.head);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /** Looks, once things have had time to arrive, whether everything up to `head` is there, and asks again if not. */
  private expect(head: number): void {
    this.head = Math.max(this.head, head);
    if (this.timer !== undefined || this.closed) return;
    const before = this.subscriber.after();
    if (before >= this.head) {
      this.attempts = 0;
      return;
    }
    this.later(() => this.check(before), Math.min((this.options.settleMs ?? 300) * 2 ** this.attempts, 10_000));
  }

  private check(before: number): void {
    const after = this.subscriber.after();
    if (after > before) this.attempts = 0;
    else if (after < this.head) {
      this.attempts += 1;
      if (this.attempts > maxAttempts) {
        this.startOver();
        this.subscriber.onStuck();
        return;
      }
      this.ask();
    }
    this.expect(this.head);
  }

  private notSubscribed(error: unknown): void {
    if (this.closed || !(error instanceof CallError)) return;
    const { failure } = error;
    // The next connection subscribes by itself.
    if (failure.reason === 'unreachable') return;
    if (failure.reason !== 'refused' || mayPass(failure)) {
      this.later(() => this.ask(), askAgainMs);
      return;
    }
    // Nobody here knows what a newer server means by it; beginning anew at once might be refused like this for ever.
    if (!ErrorCode.safeParse(failure.error.code).success) {
      this.later(() => this.ask(), longestSilenceMs);
      return;
    }
    this.startOver();
    this.subscriber.onRefused(failure.error);
  }

  private startOver(): void {
    this.head = 0;
    this.attempts = 0;
  }

  private later(work: () => void, delayMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      work();
    }, delayMs);
  }
}
