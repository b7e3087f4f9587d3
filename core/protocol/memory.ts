import * as z from 'zod';
import { Timestamp } from './ids.ts';
import { storableText } from './text.ts';

/** The longest content of one memory, in bytes of UTF-8. An agent keeps 2,000 of them and 4 MB in all (supabase/migrations). */
export const maxMemoryBytes = 64 * 1024;

const maxPathLength = 200;

/**
 * Where a memory lies, in one form of many that people and models write: `\` is `/`, what is empty or `.` is left out, text is
 * NFC. Null for what climbs (`..`), is empty, too long, or has a control character.
 */
export function normalisePath(text: string): string | null {
  const segments = storableText(text)
    .normalize('NFC')
    .replaceAll('\\', '/')
    .split('/')
    .map((segment) => segment.trim())
    .filter((segment) => segment !== '' && segment !== '.');
  const path = segments.join('/');
  const isPath = path !== '' && [...path].length <= maxPathLength && !segments.includes('..') && !/\p{Cc}/u.test(path);
  return isPath ? path : null;
}

/** Normalised as it is parsed. */
export const MemoryPath = z.string().transform((text, context) => {
  const path = normalisePath(text);
  if (path !== null) return path;
  context.addIssue({
    code: 'custom',
    message: `must be a path like "customers/acme.md" without "..", of at most ${maxPathLength} characters`,
  });
  return z.NEVER;
});

const utf8 = new TextEncoder();

export const MemoryContent = z
  .string()
  .transform(storableText)
  .refine((text) => utf8.encode(text).length <= maxMemoryBytes, {
    message: `must have at most ${maxMemoryBytes} bytes`,
    params: { code: 'input_too_large' },
  });

/** A memory without its content. */
export const MemoryEntry = z.object({ path: z.string(), bytes: z.number().int(), updatedAt: Timestamp });
export type MemoryEntry = z.infer<typeof MemoryEntry>;

/** What an agent wrote down, in markdown, to know it again in another thread. */
export const Memory = MemoryEntry.extend({ content: z.string() });
export type Memory = z.infer<typeof Memory>;

/** A memory that a search found, with the words around what was found. */
export const FoundMemory = MemoryEntry.extend({ excerpt: z.string() });
export type FoundMemory = z.infer<typeof FoundMemory>;
