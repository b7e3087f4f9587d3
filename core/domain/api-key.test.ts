import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newId } from '../ports/samples.contract.ts';
import { apiKeyIdOf, apiKeySecret } from './api-key.ts';

it('names its key', () => {
  const id = newId('key');

  expect(apiKeyIdOf(apiKeySecret(id, 'abcd_-XYZ'.padEnd(32, '0')))).toBe(id);
});

it('is no key in any other form', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `troupe_sk_${text}`),
      ),
      (text) => {
        expect(apiKeyIdOf(text)).toBeNull();
      },
    ),
  );
});
