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

/**
 * What an agent would ask its model, in short: two requests with the same hash are the same question to the same model. Marks
 * of the provider on what was said, and how tools are described, are no part of the question.
 */
export function requestHash(by: { agentId: string; model: string }, request: ModelRequest): string {
  const { systemInstructions, input, modelSettings, tools, handoffs, outputType } = request;
  return hashOf({
    ...by,
    systemInstructions,
    input: typeof input === 'string' ? input : input.map(essence),
    modelSettings,
    tools: tools.map((tool) => (tool.type === 'function' ? tool.name : tool)),
    handoffs: handoffs.map(({ toolName }) => toolName),
    outputType,
  });
}

const marks: ReadonlySet<string> = new Set(['id', 'status', 'providerData']);

const essence = (item: object): object => Object.fromEntries(Object.entries(item).filter(([name]) => !marks.has(name)));
