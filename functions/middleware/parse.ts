import type * as z from 'zod';
import { PlatformError } from '#core/errors.ts';

/** Parses input with its schema from core/protocol, or says in an error which fields are wrong. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const details = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const tooLarge = result.error.issues.some(
    (issue) => issue.code === 'custom' && issue.params?.['code'] === 'input_too_large',
  );
  const named = details.map(({ path, message }) => (path ? `${path} ${message}` : message)).join('; ');
  throw new PlatformError(tooLarge ? 'input_too_large' : 'invalid_request', `The request is not valid: ${named}.`, {
    details,
  });
}

/** Parses a text as JSON, or says that it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlatformError('invalid_request', 'The request is not valid JSON.', { cause });
  }
}
