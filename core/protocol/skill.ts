import * as z from 'zod';
import { requiredText } from './agent-content.ts';
import { SkillId, Timestamp, WorkspaceId } from './ids.ts';

/** What an agent knows of a skill before it loads it. */
export const SkillSummary = z.object({ id: SkillId, name: z.string(), description: z.string() });
export type SkillSummary = z.infer<typeof SkillSummary>;

/** A way to do something, in markdown. An agent that has it assigned chooses it by its description and loads it when it needs it. */
export const Skill = SkillSummary.extend({
  workspaceId: WorkspaceId,
  content: z.string(),
  /** Comes with the platform: nobody changes or deletes it. */
  isSystem: z.boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Skill = z.infer<typeof Skill>;

/** A skill in a list: without its content. */
export const SkillEntry = Skill.omit({ content: true });
export type SkillEntry = z.infer<typeof SkillEntry>;

export const SkillName = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be words of small letters and digits, joined by hyphens');

export const SkillContent = z.strictObject({
  name: SkillName,
  description: requiredText(1_000),
  content: requiredText(100_000),
});
export type SkillContent = z.infer<typeof SkillContent>;
