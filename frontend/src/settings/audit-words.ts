import { UserId } from '#core/protocol/ids.ts';
import type { AuditEntry } from '#core/protocol/workspace.ts';

/** An action in words: `member.role_changed` is "Member role changed". */
export function auditWords(action: string): string {
  const words = action.replace('api_key', 'API key').replace('.', ' ').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the details say, in one line; a subject that is a person comes first, by name. */
export function auditDetails(
  { subject, details }: Pick<AuditEntry, 'subject' | 'details'>,
  nameOf: (userId: UserId) => string,
): string {
  const person = UserId.safeParse(subject);
  const parts = Object.entries(details).map(([name, value]) => `${name}: ${wordsOf(value)}`);
  return [...(person.success ? [nameOf(person.data)] : []), ...parts].join(' · ') || subject;
}

function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(wordsOf).join(', ') : JSON.stringify(value);
}
