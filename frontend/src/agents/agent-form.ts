import type { FieldPath } from 'react-hook-form';
import type * as z from 'zod';
import type { Agent } from '#core/protocol/agent.ts';
import { AgentChange, type AgentContent, AgentDraft } from '#core/protocol/agent-content.ts';

/** What stands in the fields of the editor; `AgentDraft` makes of it what is saved. */
export type AgentFields = z.input<typeof AgentDraft>;

/** What the editor begins with: an agent as it is, or one of which nothing was said. */
export function fieldsOf(agent: Agent | null): AgentFields {
  if (!agent) return { ...contentFields({}), tools: ['current_time'] };
  const { id, workspaceId, version, status, origin, createdAt, ...content } = agent;
  return contentFields(content);
}

/** What of an agent is known, in all of its fields. */
export const contentFields = (content: Partial<AgentContent>): AgentFields => ({
  ...AgentDraft.parse({ name: 'x' }),
  name: '',
  ...content,
  settings: { ...unset, ...content.settings },
});

/** Each has a field, so each is named: an empty field must not look like a change. */
const unset = { temperature: undefined, maxOutputTokens: undefined, reasoningEffort: undefined };

/** Only what somebody changed: the rest may have been changed by others meanwhile. */
export const changeOf = (draft: AgentDraft, changed: Readonly<Record<string, unknown>>): AgentChange =>
  AgentChange.parse(Object.fromEntries(Object.entries(draft).filter(([name]) => name in changed)));

const names = new Set<string>(Object.keys(AgentDraft.shape));
export const isAgentField = (path: string): path is FieldPath<AgentFields> => names.has(path.split('.')[0] ?? '');

type FormErrors = Readonly<Record<string, unknown>> & { readonly root?: { readonly message?: string | undefined } };

/** What stands beside the button that saves: what is wrong as a whole, or that a field needs another look, wherever it is. */
export function problemOf({ root, ...fields }: FormErrors): string | null {
  if (root?.message) return root.message;
  return Object.keys(fields).length > 0 ? 'Some fields need another look, here or on the other tabs.' : null;
}

/** An empty field is "nothing said". */
export const orNull = (text: unknown): unknown => (text === '' ? null : text);
export const numberOrNull = (text: unknown): unknown => (text === '' || text === null ? null : Number(text));
export const numberOrNothing = (text: unknown): unknown =>
  text === '' || text === undefined || text === null ? undefined : Number(text);
