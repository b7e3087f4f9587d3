import * as z from 'zod';

/** The parts of an agent's page, by their place in its address. */
export const AgentTab = z.enum([
  'profile',
  'tools',
  'team',
  'limits',
  'rules',
  'skills',
  'memories',
  'versions',
  'prompt',
]);
export type AgentTab = z.infer<typeof AgentTab>;

export const tabNames: Record<AgentTab, string> = {
  profile: 'Profile',
  tools: 'Tools',
  team: 'Team',
  limits: 'Model and limits',
  rules: 'Rules',
  skills: 'Skills',
  memories: 'Memories',
  versions: 'Versions',
  prompt: 'Prompt',
};

/** Those that belong to the one form that saves the agent. */
export const formTabs: readonly AgentTab[] = ['profile', 'tools', 'team', 'limits'];
