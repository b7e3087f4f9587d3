import { createHash } from 'node:crypto';
import type { ModelRequest } from '@openai/agents';
import { isRecord } from './raw-event.ts';

/** JSON that does not depend on the order in which an object's fields were set. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((element) => canonicalJson(element ?? null)).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const fields = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`);
  return `{${fields.join(',')}}`;
}

export const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('base64url');

/** What an agent would ask its model, in short: two requests with the same hash would be the same question to the same model. */
export function requestHash(by: { agentId: string; model: string }, request: ModelRequest): string {
  const { systemInstructions, input, modelSettings, tools, handoffs, outputType } = request;
  return hashOf({ ...by, systemInstructions, input, modelSettings, tools, handoffs, outputType });
}
