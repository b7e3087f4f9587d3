import { expect, it } from 'vitest';
import { createKnownMembers } from './known-members.ts';
import { createWorld } from './testing.ts';

it('asks who belongs where once in a while only', async () => {
  const { deps, olga, sven, pass } = createWorld();
  let asked = 0;
  const directory = {
    ...deps.directory,
    workspace: (...given: Parameters<typeof deps.directory.workspace>) => {
      asked += 1;
      return deps.directory.workspace(...given);
    },
  };
  const isMember = createKnownMembers({ ...deps, directory });

  const words = [await isMember(olga, olga.workspaceId), await isMember(olga, olga.workspaceId)];
  const stranger = await isMember(sven, olga.workspaceId);
  pass(5 * 60_000);
  await isMember(olga, olga.workspaceId);

  expect(words).toEqual([true, true]);
  expect(stranger).toBe(false);
  expect(asked).toBe(3);
});
