import type { AnswerTimes } from '../pace.ts';
import { type Chat, type ChatRun, openChats, type Platform, withPlatform } from '../platform.ts';
import { cpuSeconds, difference, residentBytes } from '../process-usage.ts';
import type { Figure, Section } from '../report.ts';
import { median, percentile, sum } from '../statistics.ts';

const steps = [50, 100, 220, 300] as const;
const target = 200;
const pace = { tokens: 800, tokensPerSecond: 40 };
/** From here on a reader would notice. */
const stretched = 1.1;
/** How many messages are on their way to be accepted at once: live runs are measured here, not a burst of starts. */
const startsAtOnce = 8;
const memorySampleMs = 250;

interface Load {
  /** So many runs were live at once. */
  readonly live: number;
  /** Of each run: how long its stream took to reach the client, over how long the model took to send it. */
  readonly ratios: readonly number[];
  /** The last token's way from the model to the client, at worst. */
  readonly latestMs: number;
  readonly workerCpu: number;
  readonly allCpu: number;
  readonly grownBytes: number;
}

/** How many runs one worker carries at 40 tokens per second before their streams are stretched, and what one costs in memory. */
export async function measureLiveRuns(): Promise<Section> {
  return withPlatform({ MAX_RUNS: '300' }, async (platform) => {
    const chats: Chat[] = [];
    const loads: Load[] = [];
    for (const count of steps) {
      chats.push(...(await openChats(platform, count - chats.length)));
      if (loads.length === 0) await startGently(chats, { ...pace, tokens: 40 });
      const load = await carry(platform, chats);
      loads.push(load);
      if (!isSmooth(load)) break;
    }
    const most = loads.at(-1);
    const repeats = chats.map((chat) => chat.repeats);
    await Promise.all(chats.map((chat) => chat.close()));
    return {
      title: `Live runs on one worker, ${pace.tokens} tokens at ${pace.tokensPerSecond}/s (1.0: as fast as the model; above ${stretched}: stretched)`,
      figures: [
        ...loads.map(loadFigure),
        {
          name: 'most live runs with no stretched stream (p95)',
          value: Math.max(0, ...loads.filter(isSmooth).map(({ live }) => live)),
          unit: 'runs',
          target: { atLeast: target },
        },
        {
          name: 'memory of the worker per live run',
          value: most ? most.grownBytes / most.live / 1024 : Number.NaN,
          unit: 'kB',
        },
        {
          name: 'messages that were refused as "unavailable"',
          value: sum(repeats.map(({ refused }) => refused)),
          unit: '',
        },
        { name: 'pushes that a client had to ask for', value: sum(repeats.map(({ missed }) => missed)), unit: '' },
      ],
    };
  });
}

const isSmooth = ({ ratios }: Load): boolean => percentile(ratios, 0.95) <= stretched;

function loadFigure({ live, ratios, latestMs, workerCpu, allCpu }: Load): Figure {
  return {
    name: `${live} live runs: stream time over the model's own (p95)`,
    value: percentile(ratios, 0.95),
    unit: '×',
    note: `p50 ${median(ratios).toFixed(2)}, worst ${Math.max(...ratios).toFixed(2)}; last token at most ${latestMs.toFixed(0)} ms late; cores: worker ${workerCpu.toFixed(2)}, platform ${allCpu.toFixed(2)}`,
  };
}

/** Runs one message in each chat, a few accepts at a time. */
async function startGently(chats: readonly Chat[], messagePace: typeof pace): Promise<ChatRun[]> {
  const waiting = [...chats];
  const runs: Promise<ChatRun>[] = [];
  const start = async () => {
    for (let chat = waiting.pop(); chat; chat = waiting.pop()) {
      const accepted = Promise.withResolvers<void>();
      runs.push(chat.run(messagePace, accepted.resolve));
      await Promise.race([accepted.promise, runs.at(-1)]);
    }
  };
  await Promise.all(Array.from({ length: startsAtOnce }, start));
  return Promise.all(runs);
}

async function carry({ model, pids }: Platform, chats: readonly Chat[]): Promise<Load> {
  await model.takeTimes();
  const memory = watchMemory(pids['worker'] ?? -1);
  const before = cpuSeconds(pids);
  const startedMs = performance.now();
  const runs = await startGently(chats, pace).finally(memory.stop);
  const seconds = (performance.now() - startedMs) / 1000;
  const cpu = difference(cpuSeconds(pids), before);
  const times = await model.takeTimes();
  const streams = runs.flatMap((run) => {
    const answer = times[run.answerId];
    return answer ? [{ run, answer }] : [];
  });
  return {
    live: mostAtOnce(streams.map(({ answer }) => answer)),
    ratios: streams.map(
      ({ run, answer }) => (run.lastDeltaMs - run.firstDeltaMs) / (answer.lastTokenMs - answer.firstTokenMs),
    ),
    latestMs: Math.max(...streams.map(({ run, answer }) => run.lastDeltaMs - answer.lastTokenMs)),
    workerCpu: (cpu['worker'] ?? 0) / seconds,
    allCpu: sum(Object.values(cpu)) / seconds,
    grownBytes: memory.grownBytes(),
  };
}

function mostAtOnce(answers: readonly AnswerTimes[]): number {
  const changes = answers
    .flatMap(({ askedMs, lastTokenMs }) => [
      { atMs: askedMs, by: 1 },
      { atMs: lastTokenMs, by: -1 },
    ])
    .sort((a, b) => a.atMs - b.atMs);
  let live = 0;
  return Math.max(
    ...changes.map(({ by }) => {
      live += by;
      return live;
    }),
  );
}

/** How much a process's resident memory grows over what it was. */
function watchMemory(pid: number) {
  const before = residentBytes(pid);
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, memorySampleMs);
  return { grownBytes: () => most - before, stop: () => clearInterval(timer) };
}
