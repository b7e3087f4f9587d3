import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCache } from '../compile-cache.ts';
import { makeDataProject } from './data-project.ts';
import { migrationsFolder, readMigrations } from './migrations.ts';

const entry = fileURLToPath(new URL('./main.ts', import.meta.url));
const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const cacheFolder = join(projectRoot, 'node_modules', '.cache', 'troupe-supabase');

export interface TestSupabase {
  readonly url: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly jwtSecret: string;
  readonly dataDir: string;
  /** What it has written to stderr so far. */
  stderr(): string;
  /** Ends it and deletes its folder, if it was made here. */
  stop(): Promise<void>;
  /** Ends it by a signal and keeps the folder, to start again on it. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** What happens when its parent dies; the answer is its exit code. */
  closeStdin(): Promise<number | null>;
}

export interface TestSupabaseOptions {
  /** A folder to keep; without one there is a fresh temporary one. */
  readonly dataDir?: string;
  /** Makes it the data project of this workspace. */
  readonly ofWorkspace?: string;
  /** Keys of an earlier start on the same folder, so that its tokens stay valid. */
  readonly jwtSecret?: string;
}

/** A Supabase of one's own on a free port, with all migrations applied and no users. Runs anywhere, side by side with others. */
export async function startSupabase(options: TestSupabaseOptions = {}): Promise<TestSupabase> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'troupe-supabase-'));
  if (!existsSync(join(dataDir, 'postgres'))) await prepareFolder(dataDir);
  if (options.ofWorkspace) await markFolder(dataDir, options.ofWorkspace);
  const supabase = await start(dataDir, options.jwtSecret);
  return {
    ...supabase,
    stop: async () => {
      await supabase.kill('SIGTERM');
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function markFolder(dataDir: string, workspaceId: string): Promise<void> {
  const { openDatabase } = await import('./database.ts');
  // It answers nobody while it is open here.
  const none = { jwtSecret: 'none', publishableKey: 'none', secretKey: 'none', siteUrl: 'http://127.0.0.1' };
  const database = await openDatabase({ dataDir, ...none });
  await makeDataProject(database, workspaceId);
  await database.close();
}

/** Puts a database into a folder: all migrations applied, no users. */
export async function prepareFolder(dataDir: string): Promise<void> {
  cpSync(await preparedFolder(), dataDir, { recursive: true });
}

/** Making a database takes seconds, copying one does not: one is made per set of migrations and versions, and kept. */
async function preparedFolder(): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(join(projectRoot, 'package-lock.json')));
  for (const { version, sql } of await readMigrations(migrationsFolder)) hash.update(version).update(sql);
  hash.update(readFileSync(new URL('./database.ts', import.meta.url)));
  const folder = join(cacheFolder, hash.digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;

  mkdirSync(cacheFolder, { recursive: true });
  const unfinished = mkdtempSync(join(cacheFolder, 'unfinished-'));
  await (await start(unfinished)).kill('SIGTERM');
  for (const lock of ['lock', 'lock.pid']) rmSync(join(unfinished, lock), { force: true });
  deleteOldFolders();
  try {
    renameSync(unfinished, folder);
  } catch {
    // Another test process was faster; its folder is as good.
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Folders of other migrations; not the young ones, which a test on another branch may be copying. */
function deleteOldFolders(): void {
  const yesterdayMs = Date.now() - 24 * 60 * 60 * 1000;
  for (const name of readdirSync(cacheFolder)) {
    const folder = join(cacheFolder, name);
    if (statSync(folder).mtimeMs < yesterdayMs) rmSync(folder, { recursive: true, force: true });
  }
}

async function start(
  dataDir: string,
  jwtSecret = randomBytes(32).toString('hex'),
): Promise<Omit<TestSupabase, 'stop'>> {
  const publishableKey = `sb_publishable_${randomBytes(16).toString('hex')}`;
  const secretKey = `sb_secret_${randomBytes(16).toString('hex')}`;
  const child = spawn(process.execPath, [entry], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      ...compileCache,
      PORT: '0',
      DATA_DIR: dataDir,
      JWT_SECRET: jwtSecret,
      PUBLISHABLE_KEY: publishableKey,
      SECRET_KEY: secretKey,
    },
  });
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await readyUrl(child, () => written);
  return {
    url,
    publishableKey,
    secretKey,
    jwtSecret,
    dataDir,
    stderr: () => written,
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
    closeStdin: () => {
      child.stdin.end();
      return ended;
    },
  };
}

function readyUrl(child: ChildProcess, stderr: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      const url = /^ready (\S+)$/m.exec(text)?.[1];
      if (url) resolve(url);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`supabase ended with code ${code}: ${stderr()}`)));
  });
}
