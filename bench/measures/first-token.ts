import { newUser } from '#tests/support/test-user.ts';
import { openChatSocket } from '../chat-socket.ts';
import type { Pace } from '../pace.ts';
import type { ChatRun, Platform } from '../platform.ts';
import { agentOf, openChats, runIn, withPlatform } from '../platform.ts';
import type { Figure, Section } from '../report.ts';
import { median, percentile } from '../statistics.ts';

/** A run is settled, and its message out of the queue, a moment after its client has seen its end; until then the thread's next one waits. */
const restMs = 700;
const warmUp = 8;
const samples = 30;
const alone = { tokens: 8, tokensPerSecond: 200 };
/** Two seconds of text, so that those who began early still stream while the last begin. */
const together = { tokens: 80, tokensPerSecond: 40 };
/** Eight seconds of text: a common answer. */
const common = { tokens: 320, tokensPerSecond: 40 };
const liveCount = 50;
const atLiveCount = { atMost: 150 };
const spreadRounds = 2;
const roundsOf: Readonly<Record<number, number>> = { 50: 3, 200: 1 };

/** What the platform adds to the time that a model takes until its first token. */
export function measureFirstToken(): Promise<Section> {
  return withPlatform({ MAX_RUNS: '250' }, async (platform) => ({
    title: 'Added time to the first token, over asking the same model server directly',
    figures: [
      ...(await aloneInExistingThread(platform)),
      ...(await aloneInNewThreads(platform)),
      ...(await whileOthersStream(platform)),
      ...(await atOnce(platform, 50)),
      ...(await atOnce(platform, 200)),
    ],
  }));
}

async function aloneInExistingThread(platform: Platform): Promise<Figure[]> {
  const quick = await oneByOne(platform, alone, restMs);
  const hasty = await oneByOne(platform, alone, 0);
  const slow = await oneByOne(platform, { ...alone, firstTokenDelayMs: 50 }, restMs);
  const steps = await stepsOf(platform, quick.runs);
  return [
    ...added('one run, existing thread', quick, { p50: { atMost: 40 } }),
    { name: '  … until it is accepted (p50)', value: median(steps.accept), unit: 'ms' },
    { name: '  … from there until the model is asked (p50)', value: median(steps.reach), unit: 'ms' },
    { name: "  … from the model's first token to the socket (p50)", value: median(steps.back), unit: 'ms' },
    { name: '  the model asked directly (p50)', value: median(quick.direct), unit: 'ms' },
    ...added('one run, sent right behind the answer before', hasty),
    ...added('one run, a model that needs 50 ms', slow),
  ];
}

interface Samples {
  readonly direct: readonly number[];
  readonly runs: readonly ChatRun[];
}

async function oneByOne(platform: Platform, pace: Omit<Pace, 'answerId'>, pauseMs: number): Promise<Samples> {
  const [chat] = await openChats(platform, 1);
  const direct: number[] = [];
  const runs: ChatRun[] = [];
  for (let sample = 0; chat && sample < warmUp + samples; sample += 1) {
    const directMs = await platform.model.firstTokenMs(pace);
    const run = await chat.run(pace);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (sample < warmUp) continue;
    direct.push(directMs);
    runs.push(run);
  }
  await chat?.close();
  return { direct, runs };
}

async function stepsOf({ model }: Platform, runs: readonly ChatRun[]) {
  const times = await model.takeTimes();
  const found = runs.flatMap((run) => {
    const answer = times[run.answerId];
    return answer ? [{ run, answer }] : [];
  });
  return {
    accept: found.map(({ run }) => run.acceptedMs - run.sentMs),
    reach: found.map(({ run, answer }) => answer.askedMs - run.acceptedMs),
    back: found.map(({ run, answer }) => run.firstDeltaMs - answer.firstTokenMs),
  };
}

async function aloneInNewThreads(platform: Platform): Promise<Figure[]> {
  const user = await newUser(platform.stack);
  const socket = await openChatSocket(platform.stack.socketUrl, user.token);
  await socket.ask({ type: 'subscribe', stream: 'user', after: 0 });
  const direct: number[] = [];
  const runs: ChatRun[] = [];
  for (let sample = 0; sample < warmUp + samples; sample += 1) {
    const directMs = await platform.model.firstTokenMs(alone);
    const run = await runIn(socket, { agentId: agentOf(user) }, alone);
    if (sample < warmUp) continue;
    direct.push(directMs);
    runs.push(run);
  }
  await socket.close();
  return added('one run, new thread', { runs, direct });
}

/** Everybody sends the next message when the last answer is whole, so that starts are spread over the time of a stream. */
async function whileOthersStream(platform: Platform): Promise<Figure[]> {
  const chats = await openChats(platform, liveCount);
  const direct = await spread(liveCount, () => platform.model.firstTokenMs(common));
  const runs = await spread(liveCount, async (index) => chats[index]?.run(common));
  await Promise.all(chats.map((chat) => chat.close()));
  return added(
    `${liveCount} runs live, starts spread out`,
    { direct, runs: runs.flatMap((run) => run ?? []) },
    { p50: atLiveCount },
  );
}

/** Acts again and again for each place, each begun at its own moment. The first act of each is not counted: the others had not begun. */
async function spread<Result>(places: number, act: (index: number) => Promise<Result>): Promise<Result[]> {
  const streamMs = (common.tokens * 1000) / common.tokensPerSecond;
  const ofEach = Array.from({ length: places }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, (index * streamMs) / places));
    const results: Result[] = [];
    for (let round = 0; round < spreadRounds; round += 1) results.push(await act(index));
    return results.slice(1);
  });
  return (await Promise.all(ofEach)).flat();
}

async function atOnce(platform: Platform, count: number): Promise<Figure[]> {
  const chats = await openChats(platform, count);
  const everyone = <Result>(act: (index: number) => Promise<Result>) =>
    Promise.all(Array.from({ length: count }, (_, index) => act(index)));
  const direct: number[] = [];
  const runs: ChatRun[] = [];
  await Promise.all(chats.map((chat) => chat.run({ tokens: 2, tokensPerSecond: 40 })));
  for (let round = 0; round < (roundsOf[count] ?? 1); round += 1) {
    direct.push(...(await everyone(() => platform.model.firstTokenMs(together))));
    runs.push(...(await Promise.all(chats.map((chat) => chat.run(together)))));
  }
  await Promise.all(chats.map((chat) => chat.close()));
  return added(
    `${count} runs started in the same instant`,
    { runs, direct },
    count === liveCount ? { p50: atLiveCount } : {},
  );
}

function added(what: string, { runs, direct }: Samples, targets: { p50?: { atMost: number } } = {}): Figure[] {
  const firstMs = runs.map(({ firstDeltaMs, sentMs }) => firstDeltaMs - sentMs);
  const over = (share: number) => percentile(firstMs, share) - percentile(direct, share);
  return [
    {
      name: `${what} (p50)`,
      value: over(0.5),
      unit: 'ms',
      ...(targets.p50 && { target: targets.p50 }),
      note: `${runs.length} runs`,
    },
    { name: `${what} (p95)`, value: over(0.95), unit: 'ms' },
  ];
}
