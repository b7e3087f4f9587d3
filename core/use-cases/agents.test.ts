import { describe, expect, it } from 'vitest';
import { newId } from '../ports/samples.contract.ts';
import { aDraft } from '../ports/team-world.contract.ts';
import type { CatalogAgentId } from '../protocol/ids.ts';
import { changeAgent, createAgent, diffVersions, previewPrompt, restoreAgent, setAgentStatus } from './agents.ts';
import { addCatalogAgent, hireAgent, moveVersion } from './catalog.ts';
import { addRule, addSkill, assignSkills, changeSkill, writeMemory } from './guidance.ts';
import { workspaceFeed } from './load-thread.ts';
import { createWorld } from './testing.ts';

function arrange() {
  const world = createWorld();
  const { deps, olga, sven } = world;
  return { world, deps, olga, sven, draft: { ...aDraft(), workspaceId: olga.workspaceId } };
}

describe('an agent', () => {
  it('is made with the model that an alias stands for, and everybody in the workspace hears of it', async () => {
    const { world, deps, olga, draft } = arrange();

    const agent = await createAgent(deps, olga, { ...draft, model: 'sonnet', handoffs: [olga.agentId] });

    expect(agent.model).toMatch(/^anthropic\//);
    expect(await world.types(workspaceFeed(olga.workspaceId))).toEqual(['workspace.changed']);
  });

  it('is not made for others, nor with what there is not', async () => {
    const { deps, olga, sven, draft } = arrange();

    await expect(createAgent(deps, sven, draft)).rejects.toMatchObject({ code: 'not_found' });
    for (const wrong of [{ model: 'openai/nothing' }, { tools: ['think'] }, { handoffs: [sven.agentId] }])
      await expect(createAgent(deps, olga, { ...draft, ...wrong })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('changes from the version that was seen and from no other', async () => {
    const { deps, olga, draft } = arrange();
    const { id } = await createAgent(deps, olga, draft);

    const changed = await changeAgent(deps, olga, id, { version: 1, name: 'Eve' });
    const stale = changeAgent(deps, olga, id, { version: 1, name: 'Lost' });

    expect(changed).toMatchObject({ name: 'Eve', instructions: 'Be exact.', version: 2 });
    await expect(stale).rejects.toMatchObject({ code: 'conflict' });
    await expect(changeAgent(deps, olga, id, { version: 2, delegates: [id] })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('goes back to an earlier version, which is then the newest', async () => {
    const { deps, olga, draft } = arrange();
    const { id } = await createAgent(deps, olga, draft);
    await changeAgent(deps, olga, id, { version: 1, name: 'Eve', instructions: 'Be brief.' });

    const restored = await restoreAgent(deps, olga, id, 1, 2);
    const diff = await diffVersions(deps, olga, id, 3, 2);

    expect(restored).toMatchObject({ name: 'Ada', version: 3 });
    expect(diff.changes.map(({ field }) => field)).toEqual(['name', 'instructions']);
    expect(await diffVersions(deps, olga, id, 1, undefined)).toMatchObject({ from: null, to: 1 });
    await expect(restoreAgent(deps, olga, id, 9, 3)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('shows what it is told to owners and admins, unless it is dismissed', async () => {
    const { deps, olga, sven, draft } = arrange();
    const { id } = await createAgent(deps, olga, draft);
    await addRule(deps, olga, {
      ...{ workspaceId: olga.workspaceId, agentId: null, respondWith: null, priority: 1, enabled: true },
      kind: 'never',
      text: 'guess',
    });

    const { parts } = await previewPrompt(deps, olga, id);
    await setAgentStatus(deps, olga, id, 'dismissed');

    expect(parts.map(({ name }) => name)).toEqual(['base', 'context', 'rules']);
    await expect(previewPrompt(deps, olga, id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(previewPrompt(deps, sven, id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

it('is hired once, from what platform admins publish', async () => {
  const { deps, olga, sven } = arrange();
  const content = aDraft({ model: 'opus' });
  const place = { slug: 'helper', department: 'Engineering', isHead: false };
  const hire = (id: CatalogAgentId) => hireAgent(deps, olga, id, { workspaceId: olga.workspaceId });
  await expect(addCatalogAgent(deps, sven, { ...place, content })).rejects.toMatchObject({ code: 'forbidden' });
  deps.admins.add(sven.userId);
  const { id } = await addCatalogAgent(deps, sven, { ...place, content });

  await expect(hire(id)).rejects.toMatchObject({ code: 'not_found' });
  const published = await moveVersion(deps, sven, { catalogAgentId: id, version: 1 }, 'published');
  const hired = await hire(id);

  expect(published).toMatchObject({ status: 'published' });
  expect(hired).toMatchObject({ model: published.content.model, origin: { catalogAgentId: id, catalogVersion: 1 } });
  expect(published.content.model).toMatch(/^anthropic\//);
  await expect(hire(id)).rejects.toMatchObject({ code: 'conflict' });
  await setAgentStatus(deps, olga, hired.id, 'dismissed');
  expect((await hire(id)).id).toBe(hired.id);
});

it('has skills and memories that people of other workspaces do not reach', async () => {
  const { deps, olga, sven } = arrange();
  const skill = await addSkill(deps, olga, {
    ...{ workspaceId: olga.workspaceId, name: 'greet', description: 'x', content: 'Hello' },
  });

  const assigned = await assignSkills(deps, olga, olga.agentId, [skill.id]);
  const renamed = await changeSkill(deps, olga, skill.id, { name: 'welcome' });
  const memory = await writeMemory(deps, olga, olga.agentId, { path: 'a.md', content: 'x' });

  expect(assigned.data.map(({ name }) => name)).toEqual(['greet']);
  expect(renamed).toMatchObject({ name: 'welcome', content: 'Hello' });
  expect(memory.bytes).toBe(1);
  const notFound = { code: 'not_found' };
  await expect(assignSkills(deps, sven, olga.agentId, [])).rejects.toMatchObject(notFound);
  await expect(changeSkill(deps, sven, skill.id, { name: 'stolen' })).rejects.toMatchObject(notFound);
  await expect(writeMemory(deps, sven, olga.agentId, { path: 'a.md', content: 'y' })).rejects.toMatchObject(notFound);
  await expect(assignSkills(deps, olga, olga.agentId, [newId('skl')])).rejects.toMatchObject({ code: 'conflict' });
});

it('leaves the skills alone that come with the platform', async () => {
  const { deps, olga } = arrange();
  const id = newId('skl');
  const at = '2026-11-21T09:00:00.000Z';
  const text = { name: 'memo', description: 'x', content: 'x', createdAt: at, updatedAt: at };
  deps.addSystemSkill({ id, workspaceId: olga.workspaceId, isSystem: true, ...text });

  await expect(changeSkill(deps, olga, id, { content: 'y' })).rejects.toMatchObject({ code: 'forbidden' });
});
