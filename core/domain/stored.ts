import * as z from 'zod';
import { PlatformError } from '../errors.ts';

// What is stored outlives the version that wrote it, and during a deployment versions work side by side.

/**
 * Something stored that this version cannot read, because a later one has written it: a kind of entry, a status, a version that
 * is not known here. It is to be left as it is. Whoever works on it lets go of it, so that the later version can go on; to
 * callers it is `unavailable`, for in a moment they may be answered by that one.
 */
export class NewerFormatError extends PlatformError {
  constructor(what: string, cause?: unknown) {
    super('unavailable', `A later version has written ${what}; this one leaves it alone.`, { cause });
    this.name = 'NewerFormatError';
  }
}

/** Reads something stored. Errors: NewerFormatError for what is not of a form that this version knows. */
export function readStored<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const read = schema.safeParse(value);
  if (!read.success) throw new NewerFormatError(what, read.error);
  return read.data;
}

/**
 * The schema as it is to be stored: what a later version has added to any object in it, however deep, is kept when this one reads
 * the whole and writes it again.
 */
export function stored<Schema extends z.ZodType>(schema: Schema): Schema {
  return loosened(schema) as Schema;
}

type Definition = z.core.$ZodTypeDef & Record<string, unknown>;

/** Where the schemas stand that a schema is made of, by its type. */
const partsOf: Readonly<Record<string, readonly string[]>> = {
  object: ['shape'],
  array: ['element'],
  union: ['options'],
  intersection: ['left', 'right'],
  tuple: ['items', 'rest'],
  record: ['valueType'],
  nullable: ['innerType'],
  optional: ['innerType'],
  default: ['innerType'],
  prefault: ['innerType'],
  nonoptional: ['innerType'],
  readonly: ['innerType'],
  catch: ['innerType'],
  pipe: ['in', 'out'],
};

function loosened(schema: z.core.$ZodType): z.core.$ZodType {
  const definition = schema._zod.def as Definition;
  const parts = partsOf[definition.type];
  if (!parts) return schema;
  const changed = Object.fromEntries(parts.map((part) => [part, mapped(definition[part])]));
  const catchall = definition.type === 'object' ? { catchall: z.unknown() } : {};
  return z.clone(schema, { ...definition, ...changed, ...catchall } as Definition);
}

function mapped(part: unknown): unknown {
  if (part instanceof z.ZodType) return loosened(part);
  if (Array.isArray(part)) return part.map(mapped);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, mapped(each)]));
}
