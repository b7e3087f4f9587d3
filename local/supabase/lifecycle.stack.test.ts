import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@supabase/supabase-js';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { applyMigrations, migrationsFolder, readMigrations } from './migrations.ts';
import { prepareFolder, startSupabase } from './start-for-test.ts';

const entry = fileURLToPath(new URL('./main.ts', import.meta.url));
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-lifecycle-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Starts it where it cannot start, and waits for its end. */
async function failToStart(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const keys = {
    JWT_SECRET: 'x'.repeat(40),
    PUBLISHABLE_KEY: 'sb_publishable_lifecycle0000000',
    SECRET_KEY: 'sb_secret_lifecycle0000000',
  };
  const child = spawn(process.execPath, [entry], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...keys, ...env } });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stderr };
}

const clientOf = ({ url, publishableKey }: { url: string; publishableKey: string }) =>
  createClient(url, publishableKey, { auth: { persistSession: false, autoRefreshToken: false } });

describe('the process', () => {
  it('keeps what was written when it is killed, and the folder opens again', async () => {
    const dataDir = newFolder();
    const first = await startSupabase({ dataDir });
    const client = clientOf(first);
    const { data } = await client.auth.signInAnonymously();
    const [workspace] = (await client.from('workspaces').select('id, agents(id)')).data ?? [];
    const thread = { workspace_id: workspace?.id, agent_id: workspace?.agents[0]?.id, title: 'Kept' };
    await client.from('threads').insert(thread);
    await first.kill('SIGKILL');

    const second = await startSupabase({ dataDir, jwtSecret: first.jwtSecret });
    const again = clientOf(second);
    const refreshed = await again.auth.refreshSession({ refresh_token: data.session?.refresh_token ?? '' });
    const threads = await again.from('threads').select('title');
    const anonymous = await clientOf(second).from('threads').select('title');
    await second.stop();

    expect(refreshed.data.user?.id).toBe(data.user?.id);
    expect(threads.data).toEqual([{ title: 'Kept' }]);
    // The grants of the migrations outlive a restart too.
    expect(anonymous.error?.code).toBe('42501');
  });

  it('refuses a folder that another one has open, by exit code 3', async () => {
    const dataDir = newFolder();
    const first = await startSupabase({ dataDir });

    const { code, stderr } = await failToStart({ DATA_DIR: dataDir, PORT: '0' });
    await first.stop();

    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/^supabase: the folder .+ is in use by the process \d+\n$/),
    ]);
  });

  it('says in one line that its port is taken, by exit code 2', async () => {
    const first = await startSupabase();
    const { port } = new URL(first.url);

    const { code, stderr } = await failToStart({ DATA_DIR: newFolder(), PORT: port });
    await first.stop();

    expect([code, stderr]).toEqual([
      2,
      `supabase: port ${port} is taken: stop the other program or choose another port\n`,
    ]);
  });

  it('names what is missing in its environment', async () => {
    const { code, stderr } = await failToStart({ DATA_DIR: newFolder(), PORT: '0', JWT_SECRET: 'short' });

    expect(code).toBe(1);
    expect(stderr).toContain('JWT_SECRET');
  });

  it('ends by itself when its parent goes away', async () => {
    const first = await startSupabase();

    const code = await first.closeStdin();
    await first.stop();

    expect(code).toBe(0);
  });

  it('is healthy, and answers on loopback only', async () => {
    const first = await startSupabase();

    const health = await fetch(`${first.url}/health`);
    const elsewhere = await fetch(`${first.url}/_system/anything`);
    await first.stop();

    expect([health.status, await health.json(), elsewhere.status]).toEqual([200, { status: 'ok' }, 404]);
    expect(new URL(first.url).hostname).toBe('127.0.0.1');
  });
});

describe('migrations', () => {
  it('are applied once, and a changed or missing one is an error', async () => {
    const [dataDir, changedFolder] = [newFolder(), newFolder()];
    await prepareFolder(dataDir);
    cpSync(migrationsFolder, changedFolder, { recursive: true });
    const migrations = await readMigrations(migrationsFolder);
    const [oldest] = migrations;
    writeFileSync(join(changedFolder, `${oldest?.version}_${oldest?.name}.sql`), 'select 1');
    writeFileSync(
      join(changedFolder, '20991231235959_broken.sql'),
      'create table public.half (id int); select nonsense',
    );
    const changed = await readMigrations(changedFolder);
    const broken = changed.at(-1);
    const database = await openDatabase({
      dataDir,
      jwtSecret: 'x'.repeat(40),
      publishableKey: 'sb_publishable_lifecycle0000000',
      secretKey: 'sb_secret_lifecycle0000000',
      siteUrl: 'http://127.0.0.1',
    });

    const again = await applyMigrations(database, migrations);
    const afterChange = await applyMigrations(database, changed).catch(String);
    const afterLoss = await applyMigrations(database, migrations.slice(1)).catch(String);
    const afterBroken = await applyMigrations(database, broken ? [...migrations, broken] : []).catch(String);
    const half = await database.query("select to_regclass('public.half') as name");
    await database.close();

    expect(again).toEqual({ applied: [] });
    expect(afterChange).toMatch(/migration \d+_ids_and_access has changed since/);
    expect(afterLoss).toMatch(/migration \d+_ids_and_access was applied to this database, but its file is missing/);
    expect(afterBroken).toMatch(/migration 20991231235959_broken failed: column "nonsense" does not exist/);
    expect(half).toEqual([{ name: null }]);
  });
});
