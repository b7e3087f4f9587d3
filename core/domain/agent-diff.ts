import { AgentContent, type FieldChange } from '../protocol/agent-content.ts';
import { diffLines } from './line-diff.ts';

const fields = AgentContent.keyof().options;

/** The fields in which two versions of an agent differ, in the order of the schema; texts of several lines with their lines. */
export function diffAgents(before: AgentContent | null, after: AgentContent): FieldChange[] {
  return fields.flatMap((field): FieldChange[] => {
    const [was, is] = [before?.[field] ?? null, after[field] ?? null];
    if (before !== null && isEqual(was, is)) return [];
    const isText = typeof was === 'string' && typeof is === 'string' && `${was}${is}`.includes('\n');
    return [{ field, before: was, after: is, ...(isText && { lines: diffLines(was, is) }) }];
  });
}

/** Whether two values are the same JSON, whatever the order of their keys. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [ofA, ofB] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return ofA.size === ofB.size && [...ofA].every(([key, value]) => ofB.has(key) && isEqual(value, ofB.get(key)));
}
