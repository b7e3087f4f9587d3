import { expect, it } from 'vitest';
import { providerProberContract } from '#core/ports/provider-prober.contract.ts';
import { CredentialProvider } from '#core/protocol/credential.ts';
import { createProviderProber } from './provider-prober.ts';
import { serve } from './testing.ts';

/** Refuses keys as Google does, with 400, and as everybody else does. */
const createWorld = async () => {
  const server = await serve(({ headers, url }, response) => {
    const googleKey = headers['x-goog-api-key'];
    const key = googleKey ?? headers['x-api-key'] ?? headers.authorization?.replace('Bearer ', '');
    if (url !== '/v1/models') response.writeHead(404).end();
    else if (!String(key).startsWith('refused')) response.writeHead(200).end('{"data":[]}');
    else if (googleKey) response.writeHead(400).end('{"error":{"details":[{"reason":"API_KEY_INVALID"}]}}');
    else response.writeHead(401).end();
  });
  return {
    prober: createProviderProber({ allowPrivateServers: true }),
    goodUrl: `${server.url}/v1`,
    downUrl: 'http://127.0.0.1:9/v1',
    url: server.url,
    close: server.close,
  };
};

providerProberContract('HTTP', createWorld);

it('asks each provider’s own server where there is no other', async () => {
  const asked: string[] = [];
  const request = async (input: Parameters<typeof fetch>[0]) => {
    asked.push(String(input));
    return new Response('{}');
  };
  const prober = createProviderProber({ allowPrivateServers: false, request });

  for (const provider of ['openai', 'anthropic', 'google', 'huggingface'] as const) {
    await prober.probe({ provider, apiKey: 'k', baseUrl: null });
  }

  expect(asked).toEqual([
    'https://api.openai.com/v1/models',
    'https://api.anthropic.com/v1/models',
    'https://generativelanguage.googleapis.com/v1beta/models',
    'https://huggingface.co/api/whoami-v2',
  ]);
});

it('says what is wrong with an address that is no model server', async () => {
  const world = await createWorld();

  const result = await world.prober.probe({ provider: 'openai-compatible', apiKey: 'k', baseUrl: world.url });
  await world.close();

  expect(result).toEqual({ kind: 'unreachable', message: expect.stringContaining('/v1') });
});

it('reads no more of an error than it needs, however long it goes on', async () => {
  let sent = 0;
  const closed = Promise.withResolvers<void>();
  const server = await serve((_request, response) => {
    response.writeHead(401);
    const more = () => {
      sent += 1;
      if (!response.destroyed) response.write('x'.repeat(16 * 1024), () => setImmediate(more));
    };
    response.on('close', closed.resolve);
    more();
  });
  const prober = createProviderProber({ allowPrivateServers: true });

  const result = await prober.probe({ provider: 'openai', apiKey: 'k', baseUrl: server.url });
  await closed.promise;
  await server.close();

  expect(result.kind).toBe('refused');
  expect(sent).toBeLessThan(1_000);
});

it('does not call the platform’s own network, nor follow anybody there', async () => {
  let asked = 0;
  const inside = await serve((_request, response) => {
    asked += 1;
    response.end('{}');
  });
  const redirecting = await serve((_request, response) => response.writeHead(302, { location: inside.url }).end());
  const careful = createProviderProber({ allowPrivateServers: false });
  const local = createProviderProber({ allowPrivateServers: true });

  const results = [
    ...(await Promise.all(
      CredentialProvider.options.map((provider) => careful.probe({ provider, apiKey: 'k', baseUrl: inside.url })),
    )),
    await local.probe({ provider: 'openai', apiKey: 'k', baseUrl: redirecting.url }),
  ];
  await Promise.all([inside.close(), redirecting.close()]);

  expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['unreachable']));
  expect(asked).toBe(0);
});
