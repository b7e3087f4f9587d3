import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryVault } from '#adapters/memory/memory-vault.ts';
import { newId, newUserId } from '#core/ports/samples.contract.ts';
import { createSupabaseAccessMinter } from './access-minter.ts';
import { createOwnProjects } from './own-projects.ts';

const versions = ['20261121090000', '20261121090100'];
const jwtSecret = 'the-secret-of-the-project-0123456789';

/** What the platform's database and the project answer, and who asked. */
let answers: { own_project: unknown; data_project: unknown };
let asked: { path: string; token: string }[];
let server: Server;
let url: string;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push({ path, token: request.headers.authorization?.slice('Bearer '.length) ?? '' });
    const answer = path.endsWith('/own_project') ? answers.own_project : answers.data_project;
    const status = typeof answer === 'number' ? answer : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status === 200 ? answer : { code: 'X', message: 'no', details: null, hint: null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const workspaceId = newId('wsp');
const person = { userId: newUserId(), isAnonymous: false };

async function kept(of = workspaceId, role: string | null = 'member') {
  const credentialId = newId('crd');
  const context = {
    workspaceId: of,
    credentialId,
    provider: 'supabase_project',
    userId: null,
    baseUrl: `${url}/project`,
  } as const;
  const secret = JSON.stringify({ publishableKey: 'sb_publishable_theirs', jwtSecret });
  return { ...context, sealed: await createMemoryVault().seal(secret, context), versions, role };
}
const projects = () =>
  createOwnProjects({ project: { url, publishableKey: 'sb_publishable_ours' }, vault: createMemoryVault(), fetch });
const accessOf = () => createSupabaseAccessMinter({ url, jwtSecret: 'p'.repeat(32) }, Date.now).forUser(person);
const paths = () => asked.map(({ path }) => path);

describe('opening a workspace’s own project', () => {
  it('gives a token of that project, that says who the caller is there and ends when the platform’s does', async () => {
    answers = { own_project: await kept(), data_project: { workspaceId, versions } };
    const access = await accessOf();

    const opened = await projects().open(access, workspaceId);

    const { payload } = await jwtVerify(opened.access.token, new TextEncoder().encode(jwtSecret));
    expect(payload).toMatchObject({
      sub: person.userId,
      role: 'authenticated',
      troupe_access: 'platform',
      troupe_project_workspace_id: workspaceId,
      troupe_project_role: 'member',
      exp: decodeJwt(access.token).exp,
    });
    expect(opened.rest).toMatchObject({ url: `${url}/project`, publishableKey: 'sb_publishable_theirs' });
    expect(asked.map(({ token }) => token === access.token)).toEqual([true, false]);
  });

  it('asks the platform each time and the project once, until its keys or the platform’s migrations change', async () => {
    answers = { own_project: await kept(), data_project: { workspaceId, versions } };
    const all = projects();
    const access = await accessOf();

    await all.open(access, workspaceId);
    await all.open(access, workspaceId);
    const twice = paths().filter((path) => path.endsWith('/data_project')).length;
    answers = { own_project: await kept(), data_project: { workspaceId, versions } };
    await all.open(access, workspaceId);
    answers.own_project = { ...(await kept()), versions: [...versions, '20270101000000'] };
    const outdated = all.open(access, workspaceId);

    await expect(outdated).rejects.toMatchObject({
      code: 'project_unusable',
      message: expect.stringContaining('20270101000000'),
    });
    expect(twice).toBe(1);
    expect(paths().filter((path) => path.endsWith('/data_project'))).toHaveLength(3);
  });

  it('remembers no refusal', async () => {
    answers = { own_project: await kept(), data_project: { workspaceId, versions: [] } };
    const all = projects();
    const access = await accessOf();

    await expect(all.open(access, workspaceId)).rejects.toMatchObject({ code: 'project_unusable' });
    answers.data_project = { workspaceId, versions };

    expect(await all.open(access, workspaceId)).toMatchObject({ workspaceId });
  });

  it.each([
    ['does not answer', 503, 'project_unavailable'],
    ['refuses its keys', 401, 'project_unusable'],
    ['has none of our functions', 404, 'project_unusable'],
    ['is of another workspace', { workspaceId: newId('wsp'), versions }, 'project_unusable'],
    ['says something else', { hello: 'world' }, 'project_unusable'],
  ])('fails in terms of the setting when it %s', async (_, answer, code) => {
    answers = { own_project: await kept(), data_project: answer };

    await expect(projects().open(await accessOf(), workspaceId)).rejects.toMatchObject({
      code,
      details: [{ path: 'project' }],
    });
  });

  it('fails when there is none any more, and is null when that is asked', async () => {
    answers = { own_project: null, data_project: null };
    const access = await accessOf();

    await expect(projects().open(access, workspaceId)).rejects.toMatchObject({ code: 'project_unusable' });
    expect(await projects().find(access, workspaceId)).toBeNull();
    expect(paths().filter((path) => path.endsWith('/data_project'))).toEqual([]);
  });

  it('takes no keys that were sealed for another workspace or address', async () => {
    const theirs = await kept(newId('wsp'));
    answers = { own_project: { ...theirs, workspaceId }, data_project: { workspaceId, versions } };

    await expect(projects().open(await accessOf(), workspaceId)).rejects.toMatchObject({ code: 'internal' });
    expect(paths().filter((path) => path.endsWith('/data_project'))).toEqual([]);
  });

  it('says nothing of the keys in what it fails with', async () => {
    answers = { own_project: await kept(), data_project: 401 };

    const error = await projects()
      .open(await accessOf(), workspaceId)
      .catch((thrown: unknown) => thrown);

    expect(JSON.stringify(error) + String(error)).not.toContain(jwtSecret);
  });
});
