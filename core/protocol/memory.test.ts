import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryContent, MemoryPath, maxMemoryBytes, normalisePath } from './memory.ts';

it.each([
  ['customers/acme.md', 'customers/acme.md'],
  ['/customers//acme.md/', 'customers/acme.md'],
  ['./customers/./acme.md', 'customers/acme.md'],
  ['customers\\acme.md', 'customers/acme.md'],
  [' customers / Acme Ltd.md ', 'customers/Acme Ltd.md'],
  ['Zu\u0308rich.md', 'Z\u00FCrich.md'],
  ['.hidden/..more', '.hidden/..more'],
])('brings %j into the form %j', (given, path) => {
  expect(MemoryPath.parse(given)).toBe(path);
});

it.each(['', '/', '.', '..', '../secrets', 'a/../../b', 'a\nb', 'a\u0007', 'x'.repeat(201)])('refuses %j', (given) => {
  expect(MemoryPath.safeParse(given).success).toBe(false);
});

it('gives paths that stay as they are, never climb and never begin at the root', () => {
  const texts = fc.array(fc.constantFrom('..', '.', '/', '\\', 'a', ' ', 'é', '\u0000')).map((parts) => parts.join(''));

  const paths = fc.sample(texts, 500).flatMap((text) => normalisePath(text) ?? []);

  for (const path of paths) {
    expect(normalisePath(path)).toBe(path);
    expect(path.split('/').filter((part) => ['', '.', '..'].includes(part))).toEqual([]);
  }
});

it('measures content in bytes', () => {
  expect(MemoryContent.safeParse('x'.repeat(maxMemoryBytes)).success).toBe(true);
  expect(MemoryContent.safeParse('é'.repeat(maxMemoryBytes / 2 + 1)).success).toBe(false);
});
