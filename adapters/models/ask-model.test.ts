import type { Model } from '@openai/agents';
import { expect, it } from 'vitest';
import { runTask, sampleTask } from './testing.ts';

const modelThatCounts = (outputTokens: number, cached = 0): Model => ({
  getResponse: () => Promise.reject(new Error('only streams')),
  async *getStreamedResponse() {
    yield {
      type: 'response_done',
      response: {
        id: '',
        output: [
          { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hi' }] },
        ],
        usage: {
          requests: 1,
          inputTokens: 10,
          outputTokens,
          totalTokens: 0,
          inputTokensDetails: [{ cached_tokens: cached }],
        },
      },
    };
  },
});

it.each([
  [-1e12, 0],
  [1.5, 0],
  [1e10, 0],
  [Number.NaN, 0],
  [5, -7],
])('takes no counts of tokens that make no sense: %d', async (output, cached) => {
  const { steps } = await runTask(sampleTask(), {}, [], undefined, {
    findModel: async () => modelThatCounts(output, cached),
  });

  expect(steps.at(-1)).toMatchObject({ result: { status: 'failed', error: { code: 'model_bad_response' } } });
});

it('takes counts that do', async () => {
  const { steps } = await runTask(sampleTask(), {}, [], undefined, { findModel: async () => modelThatCounts(5, 7) });

  expect(steps.at(-1)).toMatchObject({ result: { status: 'completed' } });
});
