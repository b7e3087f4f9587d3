import * as z from 'zod';
import type { SkillStore } from '#core/ports/guidance-store.ts';
import type { ServerTool } from '#core/ports/tool.ts';

const Arguments = z.object({ name: z.string().describe('The name of one of your skills.') });

/** Reads a skill that the agent was given. Others of the workspace it cannot load. */
export const createLoadSkill = (skills: Pick<SkillStore, 'ofAgent'>): ServerTool => ({
  kind: 'server',
  idempotent: true,
  name: 'load_skill',
  description: 'Reads one of your skills: how to do a certain kind of work. Load it before you begin such work.',
  parameters: Arguments,
  async execute(args, { access, agentId }) {
    const { name } = Arguments.parse(args);
    const skill = await skills.ofAgent(await access(), agentId, name.trim());
    if (!skill) throw new Error(`You have no skill "${name}". Use a name from the list of your skills.`);
    return skill.content;
  },
});
