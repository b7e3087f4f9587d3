import { expect, it } from 'vitest';
import { createMemoryAccess } from '#adapters/memory/memory-access.ts';
import { createMemoryTeam } from '#adapters/memory/memory-team.ts';
import { createMemoryWorkspaceStore } from '#adapters/memory/memory-workspace-store.ts';
import { newId, newUserId, sampleAgent, sampleThread } from '#core/ports/samples.contract.ts';
import type { ToolContext } from '#core/ports/tool.ts';
import { createLoadSkill } from './load-skill.ts';
import { createMemoryTools } from './memory-tools.ts';

const at = '2026-11-21T09:00:00.000Z';

/** An agent at work for a member who may not write memories themself. */
async function createWorld() {
  const workspaces = createMemoryWorkspaceStore({ now: () => Date.parse(at) });
  const team = createMemoryTeam({ workspaces, now: () => Date.parse(at) });
  const minter = createMemoryAccess();
  const [userId, ownerId, workspaceId, agentId, threadId] = [
    newUserId(),
    newUserId(),
    newId('wsp'),
    newId('agt'),
    newId('thr'),
  ];
  workspaces.addWorkspace({ id: workspaceId, name: 'Acme', kind: 'company', createdAt: at }, [
    { userId: ownerId, role: 'owner' },
    { userId, role: 'member' },
  ]);
  workspaces.addAgent(sampleAgent({ id: agentId, workspaceId }));
  const person = { userId, isAnonymous: false };
  const access = () => minter.forUser(person);
  await workspaces.addThread(await access(), sampleThread({ id: threadId, workspaceId, agentId }), userId);
  const context: ToolContext = {
    ...person,
    workspaceId,
    threadId,
    agentId,
    runId: newId('run'),
    requestId: 'request-1',
    attempt: 1,
    callId: 'call_1',
    access,
    signal: new AbortController().signal,
  };
  const tools = [createLoadSkill(team.skills), ...createMemoryTools({ memories: team.memories, minter })];
  return {
    team,
    workspaceId,
    agentId,
    owner: await minter.forUser({ userId: ownerId, isAnonymous: false }),
    async call(name: string, args: object): Promise<string> {
      const tool = tools.find((each) => each.name === name);
      if (!tool) throw new Error(`there is no tool ${name}`);
      return tool.execute(args, context);
    },
  };
}

it('writes, lists, reads and finds notes of the agent that calls', async () => {
  const { call } = await createWorld();

  const written = await call('memory_write', { path: '/customers//acme.md', content: 'Pays late.' });

  expect(written).toBe('Kept at "customers/acme.md" (10 bytes).');
  expect(await call('memory_write', { path: 'customers/acme.md', content: 'Pays late.' })).toBe(written);
  expect(await call('memory_list', { prefix: null })).toBe('customers/acme.md (10 bytes, 2026-11-21)');
  expect(await call('memory_list', { prefix: 'people/' })).toBe('There are no notes here.');
  expect(await call('memory_read', { path: 'customers/acme.md' })).toBe('Pays late.');
  expect(await call('memory_search', { query: 'late' })).toBe('customers/acme.md: Pays late.');
  expect(await call('memory_search', { query: 'early' })).toContain('No note');
});

it('tells the model what to do about a path or a note that is none', async () => {
  const { call } = await createWorld();

  await expect(call('memory_write', { path: '../x', content: 'x' })).rejects.toThrow('This is not a path.');
  await expect(call('memory_write', { path: 'x', content: 'x'.repeat(70_000) })).rejects.toThrow('at most 65536 bytes');
  await expect(call('memory_read', { path: 'x.md' })).rejects.toThrow('There is no note at "x.md".');
});

it('loads the skills of the agent and no others', async () => {
  const { call, team, owner, workspaceId, agentId } = await createWorld();
  const skill = { workspaceId, description: 'x', content: '# Steps' };
  const own = await team.skills.add(owner, { ...skill, id: newId('skl'), name: 'own' });
  await team.skills.add(owner, { ...skill, id: newId('skl'), name: 'other' });
  await team.skills.assign(owner, agentId, [own.id]);

  expect(await call('load_skill', { name: 'own' })).toBe('# Steps');
  await expect(call('load_skill', { name: 'other' })).rejects.toThrow('You have no skill "other".');
});
