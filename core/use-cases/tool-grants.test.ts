import { beforeEach, expect, it } from 'vitest';
import type { Principal } from '../domain/principal.ts';
import type { ToolGrant } from '../protocol/run-routes.ts';
import { createWorld, type World } from './testing.ts';
import { listToolGrants, revokeToolGrant } from './tool-grants.ts';

let world: World;
let grant: ToolGrant;
beforeEach(async () => {
  world = createWorld();
  const mia = world.colleague('member');
  const { workspaceId, agentId } = world.olga;
  const mine = { workspaceId, agentId, userId: mia.userId, tool: 'send', decider: 'requester_or_admin' } as const;
  grant = { ...mine, grantedBy: mia.userId };
  const run = await world.deps.minter.forThread(mia, world.deps.newId('thr'));
  await world.deps.toolGrants.grant(run, grant);
});

const asMia = (): Principal => ({ ...world.olga, userId: grant.userId });
const listed = async (caller: Principal, userId = grant.userId) =>
  (await listToolGrants(world.deps, caller, { workspaceId: grant.workspaceId, userId, limit: 50 })).data;

it('are shown to whose they are, and to admins', async () => {
  expect(await listed(asMia())).toEqual([grant]);
  expect(await listed(world.olga)).toEqual([grant]);
  expect(await listed(world.colleague('member'))).toEqual([]);
  expect((await listToolGrants(world.deps, world.olga, { ...grant, limit: 50 })).data).toEqual([grant]);
  await expect(listed(world.sven)).rejects.toMatchObject({ code: 'not_found' });
});

it('are taken back by whose they are, or an admin', async () => {
  await expect(revokeToolGrant(world.deps, world.colleague('member'), grant)).rejects.toMatchObject({
    code: 'not_found',
  });
  await revokeToolGrant(world.deps, asMia(), grant);

  expect(await listed(asMia())).toEqual([]);
  await expect(revokeToolGrant(world.deps, world.olga, grant)).rejects.toMatchObject({ code: 'not_found' });
});
