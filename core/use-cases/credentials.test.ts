import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { addKey, createKeyFileVault, ensureKeyFile } from '#adapters/system/key-file-vault.ts';
import type { PersonPrincipal } from '../domain/principal.ts';
import { newId } from '../ports/samples.contract.ts';
import { NewCredential } from '../protocol/credential.ts';
import { listCredentials, putCredential, removeCredential, validateCredential } from './credentials.ts';
import { createCredentialFinder } from './find-credential.ts';
import { listModels } from './list-models.ts';
import { rewrapCredentials } from './rewrap-credentials.ts';
import { createWorld, type World } from './testing.ts';

const key = 'sk-canary-0123456789-wxyz';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const put = (fields: Partial<NewCredential> = {}, caller: PersonPrincipal = world.olga) =>
  putCredential(
    world.deps,
    caller,
    NewCredential.parse({ workspaceId: world.olga.workspaceId, provider: 'openai', apiKey: key, ...fields }),
  );
const find = (provider: NewCredential['provider'], platform = {}) =>
  createCredentialFinder({ ...world.deps, platform }).find({
    provider,
    workspaceId: world.olga.workspaceId,
    access: () => world.deps.minter.forUser(world.olga),
  });
const platformKey = { provider: 'openai', apiKey: 'sk-platform', baseUrl: null, origin: 'platform' } as const;

describe('putting a key in', () => {
  it('keeps it sealed and tells of it by its end', async () => {
    const credential = await put({ label: 'Ours' });

    expect(credential).toMatchObject({ provider: 'openai', scope: 'workspace', lastFour: 'wxyz', status: 'valid' });
    expect(await listCredentials(world.deps, world.olga, world.olga.workspaceId)).toEqual([credential]);
    expect(JSON.stringify(await listCredentials(world.deps, world.olga, world.olga.workspaceId))).not.toContain(key);
    expect(await find('openai')).toMatchObject({ apiKey: key, origin: 'workspace' });
  });

  it('shows nothing of a short key', async () => {
    expect((await put({ apiKey: 'short-key' })).lastFour).toBeNull();
  });

  it.each([
    [{ apiKey: 'refused-by-the-provider' }, 'apiKey'],
    [{ apiKey: undefined }, 'apiKey'],
    [{ provider: 'azure' }, 'baseUrl'],
    [{ provider: 'ollama' }, 'baseUrl'],
    [{ baseUrl: 'https://down.example.com/v1' }, 'baseUrl'],
    [{ baseUrl: 'http://169.254.169.254/v1' }, 'baseUrl'],
    [{ baseUrl: 'https://10.0.0.1/v1' }, 'baseUrl'],
  ] as const)('refuses %j for its %s, and keeps nothing', async (fields, path) => {
    const refused = put(fields);

    await expect(refused).rejects.toMatchObject({ code: 'invalid_request', details: [{ path }] });
    expect(await listCredentials(world.deps, world.olga, world.olga.workspaceId)).toEqual([]);
  });

  it('never repeats the key in what it says', async () => {
    const refused = await put({ apiKey: `refused-${key}` }).catch((error: unknown) => error);

    expect(JSON.stringify(refused) + String(refused)).not.toContain(key);
  });

  it('is not for strangers, nor for people without an address', async () => {
    await expect(put({}, world.sven)).rejects.toMatchObject({ code: 'not_found' });
    await expect(put({}, { ...world.olga, isAnonymous: true })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('finding a key', () => {
  it('takes the user’s own, then the workspace’s, then the deployment’s', async () => {
    const found = [await find('openai', { openai: platformKey })];
    await put({ apiKey: 'sk-of-the-workspace' });
    found.push(await find('openai', { openai: platformKey }));
    await put({ apiKey: 'sk-of-olga-herself', scope: 'user' });
    found.push(await find('openai', { openai: platformKey }));

    expect(found.map((one) => [one?.origin, one?.apiKey])).toEqual([
      ['platform', 'sk-platform'],
      ['workspace', 'sk-of-the-workspace'],
      ['user', 'sk-of-olga-herself'],
    ]);
  });

  it('takes no key of another provider', async () => {
    await put();

    expect(await find('anthropic', { openai: platformKey })).toBeNull();
  });

  it('finds a changed key at once', async () => {
    await put({ apiKey: 'sk-the-first-one' });
    const before = await find('openai');
    await put({ apiKey: 'sk-the-second-one' });

    expect([before?.apiKey, (await find('openai'))?.apiKey]).toEqual(['sk-the-first-one', 'sk-the-second-one']);
  });

  it('takes no other key instead of one that does not open', async () => {
    await put();
    const vault = { open: () => Promise.reject(new Error('broken')) };
    const finder = createCredentialFinder({ ...world.deps, vault, platform: { openai: platformKey } });

    const found = finder.find({
      provider: 'openai',
      workspaceId: world.olga.workspaceId,
      access: () => world.deps.minter.forUser(world.olga),
    });

    await expect(found).rejects.toThrow('broken');
  });

  it('finds a server that asks for no key', async () => {
    await put({ provider: 'openai-compatible', apiKey: undefined, baseUrl: 'https://models.example.com/v1/' });

    expect(await find('openai-compatible')).toMatchObject({
      provider: 'openai-compatible',
      apiKey: null,
      baseUrl: 'https://models.example.com/v1',
      origin: 'workspace',
    });
  });
});

it('asks the provider again, and keeps what it says', async () => {
  const { id } = await put();
  const refusing = { probe: async () => ({ kind: 'refused', message: 'No.' }) as const };
  const silent = { probe: async () => ({ kind: 'unreachable', message: 'No.' }) as const };

  const refused = await validateCredential({ ...world.deps, prober: refusing }, world.olga, id);
  await expect(validateCredential({ ...world.deps, prober: silent }, world.olga, id)).rejects.toMatchObject({
    code: 'unavailable',
  });
  const valid = await validateCredential(world.deps, world.olga, id);

  expect([refused.status, valid.status]).toEqual(['refused', 'valid']);
  await expect(validateCredential(world.deps, world.sven, id)).rejects.toMatchObject({ code: 'not_found' });
});

it('removes a key, once', async () => {
  const { id } = await put();

  await removeCredential(world.deps, world.olga, id);

  expect(await find('openai')).toBeNull();
  await expect(removeCredential(world.deps, world.olga, id)).rejects.toMatchObject({ code: 'not_found' });
});

it('lists the models of providers that there is a key for, and whose key it is', async () => {
  await put({ provider: 'anthropic' });
  await put({ provider: 'ollama', apiKey: undefined, baseUrl: 'https://ollama.example.com/v1' });

  const list = await listModels(world.deps, world.olga, world.olga.workspaceId);

  expect(list.map(({ provider, origin, isOpenEnded }) => [provider, origin, isOpenEnded])).toEqual([
    ['openai', 'platform', false],
    ['openai-chat', 'platform', false],
    ['anthropic', 'workspace', false],
    ['ollama', 'workspace', true],
    ['demo', null, false],
  ]);
  expect(list[2]?.models).toContainEqual(
    expect.objectContaining({ id: 'anthropic/claude-sonnet-5-5', aliases: ['sonnet', 'claude'] }),
  );
});

describe('rotation', () => {
  it('brings every key under the newest, may be broken off and begun again, and loses nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-rewrap-'));
    try {
      const file = join(folder, 'vault.key');
      ensureKeyFile(file, new Date(0));
      const old = { ...world, deps: { ...world.deps, vault: createKeyFileVault(file) } };
      world = old;
      const providers = ['openai', 'anthropic', 'google'] as const;
      for (const provider of providers) await put({ provider, apiKey: `sk-of-${provider}-012345` });
      addKey(file, new Date(1));
      const vault = createKeyFileVault(file);
      const secrets = world.deps.credentials;
      let calls = 0;
      const failing = {
        ...vault,
        seal: (...given: Parameters<typeof vault.seal>) => {
          calls += 1;
          return calls > 1 ? Promise.reject(new Error('cut')) : vault.seal(...given);
        },
      };

      await expect(rewrapCredentials({ secrets, vault: failing })).rejects.toThrow('cut');
      const rest = await rewrapCredentials({ secrets, vault });
      const again = await rewrapCredentials({ secrets, vault });

      expect([rest, again]).toEqual([2, 0]);
      world = { ...world, deps: { ...world.deps, vault } };
      for (const provider of providers) {
        expect((await find(provider))?.apiKey).toBe(`sk-of-${provider}-012345`);
      }
      expect(await secrets.notUnder(vault.keyId, null, 10)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('stops at what does not open', async () => {
    const credential = await put();
    await world.deps.credentials.replace(
      credential.id,
      (await world.deps.credentials.notUnder('none', null, 1))[0]?.sealed ?? { ciphertext: '', keyId: '' },
      { ciphertext: 'bm9uc2Vuc2U=', keyId: newId('crd') },
    );

    const rewrapped = rewrapCredentials({ secrets: world.deps.credentials, vault: world.deps.vault });

    await expect(rewrapped).rejects.toMatchObject({ code: 'internal' });
  });
});
