import { setTimeout as delay } from 'node:timers/promises';
import type { Arrival } from '../chat-socket.ts';
import { preciseNow } from '../clock.ts';
import { type Chat, openChats, type Platform, withPlatform } from '../platform.ts';
import type { Figure, Section } from '../report.ts';
import { median } from '../statistics.ts';

const chatCount = 8;
/** Eight seconds of text. */
const pace = { tokens: 320, tokensPerSecond: 40 };
/** When the worker is hit, after the last of the runs was accepted: soon and late after a renewal of their leases. */
const hitAfterMs = [1_000, 4_000] as const;

const targetSeconds: Readonly<Record<string, number>> = { SIGKILL: 20, SIGTERM: 3 };

/** What a reader notices when one of two workers goes away in the middle of an answer. */
export function measureRecovery(): Promise<Section> {
  return withPlatform(
    { MAX_RUNS: '50' },
    async (platform) => {
      const chats = await openChats(platform, chatCount);
      await Promise.all(chats.map((chat) => chat.run({ tokens: 2, tokensPerSecond: 40 })));
      const figures = [
        ...figuresOf('SIGKILL', await hitEach(platform, chats, 'SIGKILL')),
        ...figuresOf('SIGTERM', await hitEach(platform, chats, 'SIGTERM')),
      ];
      await Promise.all(chats.map((chat) => chat.close()));
      return { title: 'A worker of two goes away while its runs stream (lease of 18 s)', figures };
    },
    { workers: 2 },
  );
}

/** A run that was taken over by another worker. */
interface TakenOver {
  /** The longest time without an event of it, from the signal on. */
  readonly silenceMs: number;
  /** From the signal until something came that the other worker has written. */
  readonly otherMs: number;
}

async function hitEach(platform: Platform, chats: readonly Chat[], signal: NodeJS.Signals): Promise<TakenOver[]> {
  const taken: TakenOver[] = [];
  for (const afterMs of hitAfterMs) taken.push(...(await hit(platform, chats, signal, afterMs)));
  if (taken.length === 0) throw new Error(`no run was taken over after ${signal}`);
  return taken;
}

async function hit(
  { stack: { ecs } }: Platform,
  chats: readonly Chat[],
  signal: NodeJS.Signals,
  afterMs: number,
): Promise<TakenOver[]> {
  const accepted = chats.map(() => Promise.withResolvers<void>());
  const runs = Promise.all(chats.map((chat, index) => chat.run(pace, accepted[index]?.resolve)));
  await Promise.race([runs, Promise.all(accepted.map(({ promise }) => promise))]);
  await delay(afterMs);
  const task = ecs.tasks().find(({ lastStatus }) => lastStatus === 'RUNNING');
  if (!task) throw new Error('there is no worker');
  const hitMs = preciseNow();
  ecs.killTask(task.taskArn, signal);
  return (await runs).flatMap(({ arrivals }) => takenOver(arrivals, hitMs));
}

function takenOver(arrivals: readonly Arrival[], hitMs: number): TakenOver[] {
  const before = arrivals.filter(({ atMs }) => atMs <= hitMs);
  const attempt = Math.max(0, ...before.map((arrival) => arrival.attempt));
  const other = arrivals.find((arrival) => arrival.atMs > hitMs && arrival.attempt > Math.max(1, attempt));
  if (!other) return [];
  const until = [hitMs, ...arrivals.map(({ atMs }) => atMs).filter((atMs) => atMs > hitMs)];
  const silences = until.slice(1).map((atMs, index) => atMs - (until[index] ?? atMs));
  return [{ silenceMs: Math.max(...silences), otherMs: other.atMs - hitMs }];
}

/** A killed worker says nothing more; what of it comes late had been written before. One that is asked to stop goes on for a while. */
function figuresOf(signal: string, taken: readonly TakenOver[]): Figure[] {
  const silences = taken.map(({ silenceMs }) => silenceMs / 1000);
  const others = taken.map(({ otherMs }) => otherMs / 1000);
  const counted = signal === 'SIGKILL' ? others : silences;
  const what = signal === 'SIGKILL' ? 'until the next event' : 'longest silence';
  return [
    {
      name: `${signal}: ${what} of a run (median)`,
      value: median(counted),
      unit: 's',
      note: `${taken.length} runs that another worker took over`,
    },
    {
      name: `${signal}: ${what} of a run (worst)`,
      value: Math.max(...counted),
      unit: 's',
      target: { atMost: targetSeconds[signal] ?? 0 },
      note: `the other worker writes after ${median(others).toFixed(1)} s, at worst ${Math.max(...others).toFixed(1)} s`,
    },
  ];
}
