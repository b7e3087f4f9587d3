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

it("are shown by agent: one's own, and everybody's to admins", async () => {
  const { userId, colleague, workspaceId, agentId } = { ...world.olga, colleague: world.colleague('member') };
  const run = await world.deps.minter.forThread(world.olga, world.deps.newId('thr'));
  const olgas = { ...grant, userId, grantedBy: userId };
  await world.deps.toolGrants.grant(run, olgas);
  const ofAgent = async (caller: Principal, of = agentId) =>
    (await listToolGrants(world.deps, caller, { workspaceId, agentId: of, limit: 50 })).data;

  expect(await ofAgent(world.olga)).toEqual([grant, olgas]);
  expect(await ofAgent(asMia())).toEqual([grant]);
  expect(await ofAgent(colleague)).toEqual([]);
  expect(await ofAgent(world.olga, world.deps.newId('agt'))).toEqual([]);
});

it('come page by page, also when one tool was approved by person and by admin', async () => {
  const run = await world.deps.minter.forThread(asMia(), world.deps.newId('thr'));
  const byAdmin = { ...grant, decider: 'admin', grantedBy: world.olga.userId } as const;
  await world.deps.toolGrants.grant(run, byAdmin);
  await world.deps.toolGrants.grant(run, { ...grant, tool: 'pay' });
  const tools: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listToolGrants(world.deps, asMia(), { workspaceId: grant.workspaceId, cursor, limit: 1 });
    tools.push(...page.data.map(({ tool, decider }) => `${tool} ${decider}`));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && tools.length < 9);

  expect(tools).toEqual(['send requester_or_admin', 'send admin', 'pay requester_or_admin']);
});

it('are taken back by whose they are, or an admin', async () => {
  await expect(revokeToolGrant(world.deps, world.colleague('member'), grant)).rejects.toMatchObject({
    code: 'not_found',
  });
  await revokeToolGrant(world.deps, asMia(), grant);

  expect(await listed(asMia())).toEqual([]);
  await expect(revokeToolGrant(world.deps, world.olga, grant)).rejects.toMatchObject({ code: 'not_found' });
});
