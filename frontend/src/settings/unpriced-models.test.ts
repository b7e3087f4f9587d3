import { expect, it } from 'vitest';
import { noUsage } from '#core/protocol/usage.ts';
import { unpricedModels } from './unpriced-models.ts';

const row = (key: string, calls: number, unpricedCalls: number) => ({ ...noUsage, key, calls, unpricedCalls });

it('names the models that worked without a price, as long as they have none', () => {
  const usage = [
    row('openai/gpt-5', 9, 0),
    row('azure/ours', 2, 2),
    row('azure/set-since', 5, 5),
    row('openai-compatible/house', 4, 3),
  ];

  expect(unpricedModels(usage, [{ model: 'azure/set-since' }])).toEqual([
    { model: 'openai-compatible/house', calls: 3 },
    { model: 'azure/ours', calls: 2 },
  ]);
});
