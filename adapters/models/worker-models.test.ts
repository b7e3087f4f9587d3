import { expect, it } from 'vitest';
import { createMemoryLogger, type LogLine } from '#adapters/memory/memory-logger.ts';
import { createDemoModel } from './demo-model.ts';
import { ModelError } from './model-error.ts';
import { sampleTask } from './testing.ts';
import { oncePerAttempt } from './worker-models.ts';

it('looks for a model once in an attempt, for each attempt anew, and says whose key it is', async () => {
  const asked: string[] = [];
  const lines: LogLine[] = [];
  const find = oncePerAttempt(
    {
      async resolve({ model }) {
        asked.push(model);
        return { model: createDemoModel({ tokensPerSecond: 1 }), origin: 'workspace' };
      },
    },
    createMemoryLogger(lines),
  );
  const [first, second] = [sampleTask().context, sampleTask().context];

  const found = [
    await find('a/1', first),
    await find('a/1', first),
    await find('a/2', first),
    await find('a/1', second),
  ];

  expect(asked).toEqual(['a/1', 'a/2', 'a/1']);
  expect(found[0]).toBe(found[1]);
  expect(lines.map(({ fields }) => fields['keyOf'])).toEqual(['workspace', 'workspace', 'workspace']);
});

it('looks again for what could not be found', async () => {
  let calls = 0;
  const find = oncePerAttempt(
    {
      async resolve() {
        calls += 1;
        if (calls === 1) throw new ModelError('model_key_missing', 'There is no key.');
        return { model: createDemoModel({ tokensPerSecond: 1 }), origin: null };
      },
    },
    createMemoryLogger([]),
  );
  const { context } = sampleTask();

  await expect(find('a/1', context)).rejects.toMatchObject({ code: 'model_key_missing' });
  await expect(find('a/1', context)).resolves.toBeDefined();
});
