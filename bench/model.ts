import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';
import * as z from 'zod';
import { startChild } from '#local/aws/start-child.ts';
import { preciseNow } from './clock.ts';
import { AnswerTimes, type Pace } from './pace.ts';

/** The model server as the bench sees it. */
export interface Model {
  /** What a worker needs in order to use it. */
  readonly workerEnv: Record<string, string>;
  /** Asks it without the platform, and resolves with the time from the question to the first token when the answer is whole. */
  firstTokenMs(pace: Omit<Pace, 'answerId'>): Promise<number>;
  /** The times of the answers since the last call, by answerId. */
  takeTimes(): Promise<Record<string, AnswerTimes>>;
  stop(): Promise<void>;
}

export async function startModel(): Promise<Model> {
  const child = await startChild(new URL('./model-server.ts', import.meta.url), {});
  const client = new OpenAI({ apiKey: 'bench', baseURL: `${child.url}/v1`, maxRetries: 0 });
  return {
    workerEnv: { OPENAI_BASE_URL: `${child.url}/v1`, OPENAI_API_KEY: 'bench', DEFAULT_MODEL: 'openai/bench' },
    async firstTokenMs(pace) {
      const askedMs = preciseNow();
      const input = JSON.stringify({ ...pace, answerId: randomUUID() });
      let firstMs = Number.NaN;
      for await (const event of await client.responses.create({ model: 'bench', input, stream: true })) {
        if (event.type === 'response.output_text.delta' && Number.isNaN(firstMs)) firstMs = preciseNow() - askedMs;
      }
      return firstMs;
    },
    async takeTimes() {
      const answer = await fetch(child.url);
      return z.record(z.string(), AnswerTimes).parse(await answer.json());
    },
    stop: () => child.stop(),
  };
}
