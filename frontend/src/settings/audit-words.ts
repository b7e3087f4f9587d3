import { AgentId, UserId } from '#core/protocol/ids.ts';
import type { AuditEntry } from '#core/protocol/workspace.ts';
import { fieldNames } from '../agents/field-names.ts';
import { formatDate } from '../format/date.ts';
import { usd } from '../format/usage.ts';

/** An action in words: `member.role_changed` is "Member role changed". */
export function auditWords(action: string): string {
  const words = action.replace('api_key', 'API key').replace('.', ' ').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Who is who, for ids that details name. */
export interface AuditNames {
  readonly person: (userId: UserId) => string;
  readonly agent: (agentId: AgentId) => string;
}

/** What the details say, in one line; a subject that is a person comes first, by name. */
export function auditDetails({ subject, details }: Pick<AuditEntry, 'subject' | 'details'>, names: AuditNames): string {
  const person = UserId.safeParse(subject);
  const { from, to, ...others } = details;
  const change =
    from !== undefined && to !== undefined ? [`from ${wordsOf(from, names)} to ${wordsOf(to, names)}`] : [];
  const parts = Object.entries(others).flatMap(([name, value]) => {
    const words = detail(name, value, names);
    return words === null ? [] : [words];
  });
  return [...(person.success ? [names.person(person.data)] : []), ...change, ...parts].join(' · ') || subject;
}

/** One detail as a person would say it; null for what says nothing to people. */
function detail(name: string, value: unknown, names: AuditNames): string | null {
  switch (name) {
    case 'name':
    case 'label':
    case 'role':
    case 'email':
    case 'provider':
    case 'period':
    case 'kind':
      return wordsOf(value, names);
    case 'scope':
      return value === 'user' || value === 'agent' ? null : wordsOf(value, names);
    case 'agentId':
    case 'userId':
      return wordsOf(value, names);
    case 'enabled':
      return value === false ? 'switched off' : null;
    case 'ownKey':
      return value === true ? 'for oneself' : null;
    case 'expiresAt':
      return typeof value === 'string' ? `until ${formatDate(value)}` : null;
    case 'limitMicroUsd':
      return usd(Number(value));
    case 'fields':
      return Array.isArray(value) ? value.map((field) => fieldNames[String(field)] ?? String(field)).join(', ') : null;
    default:
      return `${spaced(name)}: ${wordsOf(value, names)}`;
  }
}

const spaced = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function wordsOf(value: unknown, names: AuditNames): string {
  const agent = AgentId.safeParse(value);
  if (agent.success) return names.agent(agent.data);
  const person = UserId.safeParse(value);
  if (person.success) return names.person(person.data);
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map((each) => wordsOf(each, names)).join(', ') : JSON.stringify(value);
}
