import { afterEach, beforeEach, expect, vi } from 'vitest';

/** A test that prints hides the next real warning, so printing fails it. */
const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;

beforeEach(() => {
  for (const method of methods) vi.spyOn(console, method);
});

afterEach(() => {
  const printed = methods.flatMap((method) => vi.mocked(console[method]).mock?.calls ?? []);
  vi.restoreAllMocks();
  expect(printed, 'a test must not print').toEqual([]);
});
