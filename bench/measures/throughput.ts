import { type Chat, openChats, type Platform, withPlatform } from '../platform.ts';
import { cpuSeconds, difference } from '../process-usage.ts';
import type { Section } from '../report.ts';
import { sum } from '../statistics.ts';

const live = 50;
const long = { tokens: 300, tokensPerSecond: 40 };
const short = { tokens: 20, tokensPerSecond: 200 };
const shortRuns = 200;
const shortAtOnce = 10;

/** What a streamed token and a short run cost in CPU, with every process of the platform counted. */
export function measureThroughput(): Promise<Section> {
  return withPlatform({ MAX_RUNS: '250' }, async (platform) => {
    const chats = await openChats(platform, live);
    await everyChat(chats, short);

    let pushes = 0;
    const forLong = await cpuOf(platform, async () => {
      for (const run of await everyChat(chats, long)) pushes += run.pushes;
    });
    const forShort = await cpuOf(platform, async () => {
      for (let round = 0; round < shortRuns / shortAtOnce; round += 1) {
        const first = (round * shortAtOnce) % live;
        await everyChat(chats.slice(first, first + shortAtOnce), short);
      }
    });
    const deltas = live * long.tokens;
    return {
      title: 'CPU, all processes of the platform counted',
      figures: [
        {
          name: `deltas carried from model to socket per CPU second (${live} live runs)`,
          value: deltas / forLong.total,
          unit: '1/s',
          note: forLong.text,
        },
        { name: '  deltas that travel together in one push', value: deltas / pushes, unit: '' },
        {
          name: 'CPU per run of 20 deltas',
          value: (forShort.total * 1000) / shortRuns,
          unit: 'ms',
          note: forShort.text,
        },
        { name: '  of it in the worker', value: ((forShort.of['worker'] ?? 0) * 1000) / shortRuns, unit: 'ms' },
      ],
    };
  });
}

const everyChat = (chats: readonly Chat[], pace: Parameters<Chat['run']>[0]) =>
  Promise.all(chats.map((chat) => chat.run(pace)));

async function cpuOf({ pids }: Platform, work: () => Promise<void>) {
  const before = cpuSeconds(pids);
  await work();
  const of = difference(cpuSeconds(pids), before);
  const total = sum(Object.values(of));
  const shares = Object.entries(of).map(([name, seconds]) => `${name} ${Math.round((seconds * 100) / total)} %`);
  return { of, total, text: `${total.toFixed(1)} s: ${shares.join(', ')}` };
}
