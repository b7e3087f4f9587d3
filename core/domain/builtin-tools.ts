import type { ToolSummary } from '../protocol/agent-content.ts';

const never = { approval: 'never' } as const;
const server = { kind: 'server', policy: never } as const;
const client = { kind: 'client', policy: never } as const;

/** The tools that every deployment has. The worker carries them out under these names; an agent may have no others. */
export const builtinTools = [
  { name: 'current_time', title: 'Current time', description: 'Tells the date and time in any time zone.', ...server },
  {
    name: 'ask_user',
    title: 'Ask the user',
    description: 'Asks the person structured questions in the chat and waits for the answers.',
    ...client,
  },
  {
    name: 'switch_theme',
    title: 'Switch theme',
    description: 'Switches the web client between light and dark.',
    ...client,
  },
  {
    name: 'load_skill',
    title: 'Load a skill',
    description: 'Reads one of the skills that the agent was given, when it needs it.',
    ...server,
  },
  { name: 'memory_list', title: 'List memories', description: 'Lists what the agent has remembered.', ...server },
  { name: 'memory_read', title: 'Read a memory', description: 'Reads one memory of the agent.', ...server },
  {
    name: 'memory_write',
    title: 'Write a memory',
    description: 'Writes down what the agent should still know in another thread.',
    ...server,
  },
  { name: 'memory_search', title: 'Search memories', description: 'Finds memories of the agent by words.', ...server },
] as const satisfies readonly ToolSummary[];

export type BuiltinToolName = (typeof builtinTools)[number]['name'];

const names: ReadonlySet<string> = new Set(builtinTools.map(({ name }) => name));
export const isBuiltinTool = (name: string): name is BuiltinToolName => names.has(name);
