import type { CatalogAgent } from '#core/protocol/catalog.ts';

/** Agents that are sorted by department, under the departments they belong to. */
export function byDepartment(agents: readonly CatalogAgent[]): { name: string; agents: CatalogAgent[] }[] {
  const groups: { name: string; agents: CatalogAgent[] }[] = [];
  for (const agent of agents) {
    const last = groups.at(-1);
    if (last?.name === agent.department) last.agents.push(agent);
    else groups.push({ name: agent.department, agents: [agent] });
  }
  return groups;
}
