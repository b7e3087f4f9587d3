import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { NewerFormatError, readStored, stored } from './stored.ts';

const Inner = z.object({ name: z.string() });
const Whole = z.object({
  one: Inner,
  maybe: Inner.optional(),
  none: Inner.nullable(),
  usual: Inner.default({ name: 'usual' }),
  many: z.array(Inner),
  pair: z.tuple([Inner, z.number()]),
  byName: z.record(z.string(), Inner),
  both: z.intersection(z.object({ a: z.number() }), z.object({ b: z.number() })),
  kind: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('a'), inner: Inner }),
    z.object({ type: z.literal('b') }),
  ]),
  either: z.union([z.string(), Inner]),
  piped: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(Inner),
});

const later = { later: { deep: [1] } };
const inner = { name: 'n', ...later };
const written = {
  one: inner,
  maybe: inner,
  none: inner,
  usual: inner,
  many: [inner, inner],
  pair: [inner, 1],
  byName: { x: inner },
  both: { a: 1, b: 2, ...later },
  kind: { type: 'a', inner, ...later },
  either: inner,
  piped: JSON.stringify(inner),
  ...later,
};

describe('stored', () => {
  it('keeps at every depth what a later version has added', () => {
    expect(stored(Whole).parse(written)).toEqual({ ...written, piped: inner });
  });

  it('refuses, defaults and types as the schema does, and leaves that as it was', () => {
    const { usual: _, ...without } = written;

    expect(stored(Whole).parse(without).usual).toEqual({ name: 'usual' });
    expect(stored(Whole).safeParse({ ...written, kind: { type: 'c' } }).success).toBe(false);
    expect(stored(z.string().min(2)).safeParse('x').success).toBe(false);
    expect(Inner.parse(inner)).toEqual({ name: 'n' });
    expectTypeOf(stored(Whole)).toEqualTypeOf(Whole);
  });
});

it('says of what it cannot read that a later version has written it, and may be asked again', () => {
  const read = () => readStored(Inner, { name: 7 }, 'the entry');

  expect(read).toThrow(NewerFormatError);
  expect(read).toThrow(expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('the entry') }));
});
