import { beforeEach, describe, expect, it } from 'vitest';
import { projectTrouble } from '../errors.ts';
import { NewOwnProject } from '../protocol/own-project.ts';
import { putOwnProject, readOwnProject, removeOwnProject } from './own-project.ts';
import { createWorld, type World } from './testing.ts';

const secret = 'canary-secret-canary-secret-canary-wxyz';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const put = (fields: Partial<NewOwnProject> = {}, caller = world.olga) =>
  putOwnProject(
    world.deps,
    caller,
    world.olga.workspaceId,
    NewOwnProject.parse({
      url: 'https://acme.supabase.co/',
      publishableKey: 'sb_publishable_acme',
      jwtSecret: secret,
      ...fields,
    }),
  );
const read = (caller = world.olga) => readOwnProject(world.deps, caller, world.olga.workspaceId);
const remove = (abandon = false) => removeOwnProject(world.deps, world.olga, world.olga.workspaceId, abandon);

describe('a workspace’s own project', () => {
  it('is shown without its keys', async () => {
    const kept = await put();

    expect(kept).toMatchObject({ url: 'https://acme.supabase.co', lastFour: 'wxyz', state: { status: 'ready' } });
    expect(await read()).toEqual(kept);
    expect(JSON.stringify(await read())).not.toContain('canary');
  });

  it.each(['http://acme.supabase.co', 'https://10.0.0.1', 'https://db.internal', 'https://a:b@acme.supabase.co'])(
    'is not kept when it is at %s',
    async (url) => {
      await expect(put({ url })).rejects.toMatchObject({ code: 'invalid_request', details: [{ path: 'url' }] });
      expect(await read()).toBeNull();
    },
  );

  it('is not kept when it does not answer as it has to', async () => {
    world.deps.ownProjects.fail(projectTrouble('project_unusable', 'It lacks migrations.'));

    await expect(put()).rejects.toMatchObject({ code: 'project_unusable', details: [{ path: 'project' }] });
    expect(await read()).toBeNull();
  });

  it('says how it is at the moment', async () => {
    await put();
    world.deps.ownProjects.fail(projectTrouble('project_unavailable', 'It did not answer.'));

    expect(await read()).toMatchObject({ state: { status: 'trouble', message: 'It did not answer.' } });
  });

  it('is replaced by another one only when that holds the same', async () => {
    await put();
    world.deps.ownProjects.putThreads(world.olga.workspaceId, 2);
    const url = 'https://other.supabase.co';

    await expect(put({ url })).rejects.toMatchObject({ code: 'conflict' });
    expect(await put({ jwtSecret: `${secret}-2222` })).toMatchObject({ lastFour: '2222' });
    expect(await put({ url, isCopy: true })).toMatchObject({ url });
  });

  it('goes when nothing lies there, or when that is abandoned', async () => {
    await put();
    world.deps.ownProjects.putThreads(world.olga.workspaceId, 1);

    await expect(remove()).rejects.toMatchObject({ code: 'conflict' });
    await remove(true);
    expect(await read()).toBeNull();
    await expect(remove()).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is set by owners with an address', async () => {
    await expect(put({}, world.sven)).rejects.toMatchObject({ code: 'not_found' });
    await expect(read(world.sven)).rejects.toMatchObject({ code: 'not_found' });
    await expect(put({}, { ...world.olga, isAnonymous: true })).rejects.toMatchObject({ code: 'forbidden' });
  });
});
