import type { Team } from '#core/use-cases/deps.ts';
import type { OwnProjects } from './own-projects.ts';
import type { RestProject } from './postgrest.ts';
import { createSupabaseAgentStore } from './supabase-agent-store.ts';
import { createSupabaseCatalogStore } from './supabase-catalog-store.ts';
import { createSupabaseMemoryStore } from './supabase-memory-store.ts';
import { createSupabaseRuleStore } from './supabase-rule-store.ts';
import { createSupabaseSkillStore } from './supabase-skill-store.ts';

/** Agents, the catalog and what guides agents, over a project's REST interface. */
export const createSupabaseTeam = (project: RestProject, projects: OwnProjects): Team => ({
  agents: createSupabaseAgentStore(project, projects),
  catalog: createSupabaseCatalogStore(project),
  rules: createSupabaseRuleStore(project),
  skills: createSupabaseSkillStore(project),
  memories: createSupabaseMemoryStore(project, projects),
});
