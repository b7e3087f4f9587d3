import { expect, it } from 'vitest';
import { runIdOf, threadId } from '../../testing/protocol-fixtures.ts';
import { createBranchChoices } from './branch-choices.ts';
import { safeStorage } from './local-storage.ts';

const memory = () =>
  safeStorage(() => {
    throw new Error('there is none in tests');
  });

it('keeps what was chosen until nothing is', () => {
  const storage = memory();
  const choices = createBranchChoices(storage);

  choices.set(threadId, { root: runIdOf(1) });
  expect(createBranchChoices(storage).get(threadId)).toEqual({ root: runIdOf(1) });
  choices.set(threadId, {});

  expect(storage.get(`troupe.branches.${threadId}`)).toBeNull();
});

it.each([['{'], ['{"root":"not a run"}'], ['[]']])('reads the newest branches when it finds %s', (stored) => {
  const storage = memory();
  storage.set(`troupe.branches.${threadId}`, stored);

  expect(createBranchChoices(storage).get(threadId)).toEqual({});
});
