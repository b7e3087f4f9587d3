import { openChatSocket } from '../chat-socket.ts';
import { runIn } from '../platform.ts';
import type { Figure, Section } from '../report.ts';
import { contextSql, contexts, fillLogs } from '../seed/context.ts';
import { dynamoOf } from '../seed/dynamo.ts';
import { withSeededPlatform } from '../seed/seeded.ts';
import { median } from '../statistics.ts';

const warmUp = 5;
const samples = 20;
const pace = { tokens: 4, tokensPerSecond: 200 };

/** The first token with much to be read before it, over the first token with nothing. */
export function measureContext(): Promise<Section> {
  return withSeededPlatform(contextSql, async (platform, { token }) => {
    const client = dynamoOf(platform);
    await fillLogs(client);
    client.destroy();
    const socket = await openChatSocket(platform.stack.socketUrl, token);
    for (const { threadId, head } of contexts)
      await socket.ask({ type: 'subscribe', stream: `thread:${threadId}`, after: head });
    const times = contexts.map((): number[] => []);
    const answerIds = contexts.map((): string[] => []);
    // In turns, so that what else the machine does strikes all alike.
    for (let round = 0; round < warmUp + samples; round += 1) {
      for (const [index, { threadId }] of contexts.entries()) {
        const { firstDeltaMs, sentMs, answerId } = await runIn(socket, { threadId }, pace);
        answerIds[index]?.push(answerId);
        if (round >= warmUp) times[index]?.push(firstDeltaMs - sentMs);
      }
    }
    await socket.close();
    const answers = await platform.model.takeTimes();
    const medians = contexts.map(({ name }, index) => ({
      name,
      ms: median(times[index] ?? []),
      bytes: median((answerIds[index] ?? []).map((id) => answers[id]?.askedBytes ?? Number.NaN)),
    }));
    return { title: 'Time to the first token, by what is read before it (p50)', figures: figuresOf(medians) };
  });
}

/** A long thread is read by its newest 200 items, so it is to cost no more than those. */
const flatOver: Readonly<Record<string, { base: string; atMost: number }>> = {
  '50 rules, 30 skills, 500 memories': { base: 'nothing', atMost: 1.5 },
  'a thread of 10,000 items': { base: 'a thread of 10 items', atMost: 1.5 },
};

function figuresOf(medians: readonly { name: string; ms: number; bytes: number }[]): Figure[] {
  return medians.flatMap(({ name, ms, bytes }): Figure[] => {
    const flat = flatOver[name];
    const base = medians.find((other) => other.name === flat?.base);
    const figure: Figure = {
      name,
      value: ms,
      unit: 'ms',
      note: `${samples} runs, prompt of ${(bytes / 1000).toFixed(0)} kB`,
    };
    if (!flat || !base) return [figure];
    return [figure, { name: `  … over ${base.name}`, value: ms / base.ms, unit: '×', target: { atMost: flat.atMost } }];
  });
}
