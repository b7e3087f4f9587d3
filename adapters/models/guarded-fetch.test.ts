import { expect, it } from 'vitest';
import { createGuardedFetch, ServerNotAllowed } from './guarded-fetch.ts';

function createWorld(addresses: readonly string[]) {
  const asked: { url: string; redirect: string | undefined }[] = [];
  const guarded = createGuardedFetch({
    allowPrivate: false,
    resolve: async () => addresses,
    request: async (input, init) => {
      asked.push({ url: String(input), redirect: init?.redirect });
      return new Response('{}');
    },
  });
  return { asked, guarded };
}

it('calls a public server, and follows no redirect', async () => {
  const { asked, guarded } = createWorld(['93.184.216.34', '2606:2800:220:1::1']);

  await guarded('https://models.example.com/v1/chat?alt=sse');

  expect(asked).toEqual([{ url: 'https://models.example.com/v1/chat?alt=sse', redirect: 'error' }]);
});

it.each([
  [['127.0.0.1']],
  [['93.184.216.34', '10.0.0.1']],
  [['169.254.169.254']],
  [['::1']],
  [['::ffff:169.254.170.2']],
])('does not call a name that leads to %j', async (addresses) => {
  const { asked, guarded } = createWorld(addresses);

  const call = guarded('https://models.example.com/v1/chat');

  await expect(call).rejects.toBeInstanceOf(ServerNotAllowed);
  expect(asked).toEqual([]);
});

it.each(['http://models.example.com/', 'https://10.0.0.1/', 'https://localhost/'])('does not call %s', async (url) => {
  const { asked, guarded } = createWorld(['93.184.216.34']);

  await expect(guarded(url)).rejects.toBeInstanceOf(ServerNotAllowed);
  expect(asked).toEqual([]);
});
