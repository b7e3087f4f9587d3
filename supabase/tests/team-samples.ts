import { type Actor, type Company, idOf, must } from './actors.ts';

/** What the company's agent has beside itself, and a platform admin. Throws when it cannot be arranged. */
export async function arrangeTeam({ service, workspaceId, agentId, userIds }: Company): Promise<void> {
  const place = { workspace_id: workspaceId, agent_id: agentId };
  await must(
    service
      .from('rules')
      .insert({ ...place, id: idOf('rul', 1), kind: 'always', text: 'be kind' })
      .select(),
  );
  const skill = {
    id: idOf('skl', 1),
    workspace_id: workspaceId,
    name: 'greet',
    description: 'x',
    content: 'Say hello.',
  };
  await must(service.from('skills').insert(skill).select());
  await must(
    service
      .from('agent_skills')
      .insert({ ...place, skill_id: idOf('skl', 1) })
      .select(),
  );
  await must(
    service
      .from('memories')
      .insert({ ...place, path: 'a.md', content: 'x' })
      .select(),
  );
  await must(service.from('platform_admins').insert({ user_id: userIds.member }).select());
}

type Sample = { key: object; change: object; added: object };

/** Of each table of this area the row in question, a change to it, and a new row as an actor would add it. */
export function teamSamples(company: () => Company): Record<string, (actor: Actor) => Sample> {
  const place = () => ({ workspace_id: company().workspaceId, agent_id: company().agentId });
  return {
    agent_versions: () => ({
      key: { ...place(), version: 1 },
      change: { content: {} },
      added: { ...place(), version: 99, content: {} },
    }),
    rules: () => ({
      key: { id: idOf('rul', 1) },
      change: { text: 'be rude' },
      added: { ...place(), kind: 'never', text: 'be kind' },
    }),
    skills: () => ({
      key: { id: idOf('skl', 1) },
      change: { content: 'Say nothing.' },
      added: { workspace_id: company().workspaceId, name: 'mine', description: 'x', content: 'x' },
    }),
    agent_skills: () => ({
      key: { ...place(), skill_id: idOf('skl', 1) },
      change: { skill_id: idOf('skl', 2) },
      added: { ...place(), skill_id: idOf('skl', 1) },
    }),
    memories: () => ({
      key: { agent_id: company().agentId, path: 'a.md' },
      change: { content: 'forged' },
      added: { ...place(), path: 'b.md', content: 'forged' },
    }),
    platform_admins: (actor) => ({
      key: { user_id: company().userIds.member },
      change: { created_at: '2020-01-01T00:00:00Z' },
      added: { user_id: company().userIds[actor] },
    }),
    departments: () => ({
      key: { name: 'Engineering' },
      change: { position: 1 },
      added: { name: 'Mischief', position: 1 },
    }),
    catalog_agents: () => ({
      key: { slug: 'code-reviewer' },
      change: { is_head: true },
      added: { slug: 'mine', department: 'Engineering' },
    }),
    catalog_versions: () => ({
      key: { name: 'Code Reviewer' },
      change: { instructions: 'forged' },
      added: { catalog_agent_id: idOf('cat', 1), version: 2, name: 'Mine', instructions: 'forged' },
    }),
  };
}
