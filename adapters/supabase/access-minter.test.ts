import { jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { newId, newUserId } from '#core/ports/samples.contract.ts';
import { createSupabaseAccessMinter } from './access-minter.ts';

const jwtSecret = 'a-secret-of-this-project-and-no-other';
const nowMs = Date.parse('2026-11-21T09:00:00.500Z');
const seconds = Math.floor(nowMs / 1000);
const minter = createSupabaseAccessMinter({ url: 'https://project.example/', jwtSecret }, () => nowMs);

/** What Postgres takes a token for. */
async function read({ token }: { token: string }) {
  const key = new TextEncoder().encode(jwtSecret);
  const { payload, protectedHeader } = await jwtVerify(token, key, { currentDate: new Date(nowMs) });
  return { payload, protectedHeader };
}

it("mints a user's own token, for a quarter of an hour, marked as the platform's", async () => {
  const userId = newUserId();

  const { payload, protectedHeader } = await read(await minter.forUser({ userId, isAnonymous: true }));

  expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(payload).toEqual({
    sub: userId,
    role: 'authenticated',
    is_anonymous: true,
    troupe_access: 'platform',
    iss: 'https://project.example/auth/v1',
    aud: 'authenticated',
    iat: seconds,
    exp: seconds + 900,
  });
});

it('confines a token to one thread', async () => {
  const threadId = newId('thr');

  const { payload } = await read(await minter.forThread({ userId: newUserId(), isAnonymous: false }, threadId));

  expect(payload).toMatchObject({ role: 'authenticated', is_anonymous: false, troupe_thread_id: threadId });
});

it('never mints another role than that of a user', async () => {
  const user = { userId: newUserId(), isAnonymous: false, role: 'service_role' };

  const { payload } = await read(await minter.forUser(user));

  expect(payload['role']).toBe('authenticated');
});
