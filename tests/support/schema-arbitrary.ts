import fc from 'fast-check';
import * as z from 'zod';

/** The part of JSON Schema that our own schemas come out as. */
const Schema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

export interface Known {
  /** The document's `components.schemas`. */
  readonly definitions: Readonly<Record<string, unknown>>;
  /** Ids that are there, by their prefix; `user` has those of people. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** Values that fields of these names are mostly given, because only few make sense. */
  readonly fields: Readonly<Record<string, readonly unknown[]>>;
}

const longText = 'x'.repeat(200_000);
const hostileTexts = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '💥'.repeat(2_000),
  longText,
  '__proto__',
  'constructor',
  "'; drop table threads; --",
  '../../../etc/passwd',
  '%00%2e%2e',
  '<script>alert(1)</script>',
  '{{7*7}}',
  'null',
  'NaN',
  '1e999',
  '-1',
  '9'.repeat(400),
  '2026-02-30',
  'agt_00000000000000000000000000',
];
export const hostileText = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 40 }));

/** What no schema asks for. */
const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, -(2 ** 53), [], {}, [[[]]]),
  fc.constant({ toString: 'x', __proto__: { admin: true }, constructor: { prototype: {} } }),
  fc.array(fc.constant('x'), { minLength: 2_000, maxLength: 2_000 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values that the schema asks for, and here and there something else in their place. */
export function arbitraryOf(schema: unknown, known: Known, depth = 0): fc.Arbitrary<unknown> {
  const fitting = depth > 6 ? fc.constant(null) : fittingOf(Schema.parse(schema), known, depth);
  return fc.oneof({ weight: 30, arbitrary: fitting }, { weight: 1, arbitrary: hostileValue });
}

/** The value of a field, or of a parameter. */
export function fieldOf(name: string, schema: unknown, known: Known, depth = 0): fc.Arbitrary<unknown> {
  const usual = known.fields[name];
  const any = arbitraryOf(schema, known, depth);
  return usual ? fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: any }) : any;
}

function fittingOf(schema: z.infer<typeof Schema>, known: Known, depth: number): fc.Arbitrary<unknown> {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return fittingOf(Schema.parse(known.definitions[name]), known, depth + 1);
  }
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return fc.oneof(...branches.map((branch) => arbitraryOf(branch, known, depth + 1)));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return fc.oneof(...types.map((type) => ofType(type, schema, known, depth)));
}

function ofType(
  type: string | undefined,
  schema: z.infer<typeof Schema>,
  known: Known,
  depth: number,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return objectOf(schema, known, depth);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, known, depth + 1), { maxLength: 3 });
    case 'string':
      return textOf(schema, known);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1_000, 10_000) });
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return hostileValue;
  }
}

function objectOf(schema: z.infer<typeof Schema>, known: Known, depth: number): fc.Arbitrary<unknown> {
  const properties = schema.properties ?? {};
  const fields = fc.record(
    Object.fromEntries(
      Object.entries(properties).map(([name, field]) => [name, fieldOf(name, field, known, depth + 1)]),
    ),
    { requiredKeys: schema.required ?? [] },
  );
  const more = fc.dictionary(hostileText, hostileValue, { maxKeys: 2 });
  return fc.oneof(
    { weight: 15, arbitrary: fields },
    { weight: 1, arbitrary: fc.tuple(fields, more).map(([all, extra]) => ({ ...all, ...extra })) },
    { weight: 1, arbitrary: fields.map((all) => Object.fromEntries(Object.entries(all).slice(1))) },
  );
}

function textOf({ pattern, format }: z.infer<typeof Schema>, known: Known): fc.Arbitrary<string> {
  const [, prefix = format === 'uuid' ? 'user' : ''] = /^\^([a-z]{3})_/.exec(pattern ?? '') ?? [];
  const ids = known.ids[prefix] ?? [];
  if (ids.length > 0) return fc.constantFrom(...ids);
  if (format === 'date') return fc.constantFrom('2026-11-01', '2026-11-30', '1999-12-31');
  if (format === 'date-time') return fc.constant('2026-11-21T09:00:00.000Z');
  if (format === 'uri') return fc.constantFrom('https://example.com/a.png', 'javascript:alert(1)');
  if (format === 'email') return fc.constant('sven@example.com');
  if (pattern) return fc.stringMatching(new RegExp(pattern), { maxLength: 64 });
  return fc.oneof(fc.lorem({ maxCount: 3 }), hostileText);
}
