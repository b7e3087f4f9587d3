import { expect, it } from 'vitest';
import { NextPage } from './next-page.ts';

it.each(['/', '/account', '/invitation#abc', '/w/wsp_1/agents?q=a'])('goes on with %s', (page) => {
  expect(NextPage.safeParse(page).success).toBe(true);
});

it.each(['', 'account', '//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
  'does not go to %s',
  (page) => {
    expect(NextPage.safeParse(page).success).toBe(false);
  },
);
