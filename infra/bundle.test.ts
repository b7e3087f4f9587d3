import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { entries } from './bundle.ts';

it.each(Object.values(entries))('%s exists', (entry) => {
  expect(existsSync(join(import.meta.dirname, '..', entry))).toBe(true);
});
