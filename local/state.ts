import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Raised when what is kept in the state folder changes its form. */
const stateVersion = 1;

const Keys = z.object({
  stateVersion: z.literal(stateVersion),
  jwtSecret: z.string().min(32),
  publishableKey: z.string(),
  secretKey: z.string(),
});
export type Keys = z.infer<typeof Keys>;

/** A reason not to start that a person can do something about. Printed without a stack. */
export class StartError extends Error {}

/** Where one machine's platform keeps everything. */
export interface State {
  readonly folder: string;
  readonly keys: Keys;
  /** Lets others use the folder again. */
  release(): void;
}

/** Opens the state folder for this process alone, and makes it if it is missing. Throws a StartError that says what to do. */
export function openState(folder: string): State {
  mkdirSync(folder, { recursive: true });
  const lockFile = join(folder, 'lock');
  lock(lockFile, folder);
  try {
    return {
      folder,
      keys: readKeys(join(folder, 'keys.json'), folder),
      release: () => rmSync(lockFile, { force: true }),
    };
  } catch (error) {
    rmSync(lockFile, { force: true });
    throw error;
  }
}

/** Deletes everything that was kept. Refuses a folder that is not a state folder, whatever is in it. */
export function resetState(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  if (!existsSync(join(folder, 'keys.json'))) {
    throw new StartError(`${folder} is not a state folder of Troupe (it has no keys.json), so it is not deleted.`);
  }
  const lockFile = join(folder, 'lock');
  lock(lockFile, folder);
  rmSync(folder, { recursive: true, force: true });
}

function lock(file: string, folder: string): void {
  const holder = holderOf(file);
  if (holder !== undefined && isAlive(holder)) {
    throw new StartError(
      `Troupe already runs on ${folder} (process ${holder}). Use that one, stop it, or start another with --state <folder> --port <port>.`,
    );
  }
  rmSync(file, { force: true });
  const descriptor = openSync(file, 'wx');
  writeSync(descriptor, String(process.pid));
  closeSync(descriptor);
}

const holderOf = (file: string): number | undefined =>
  existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;

function isAlive(pid: number): boolean {
  // Nothing was written: whoever made the file died in between.
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM means that it lives and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function readKeys(file: string, folder: string): Keys {
  if (!existsSync(file)) {
    const keys: Keys = {
      stateVersion,
      jwtSecret: randomBytes(32).toString('hex'),
      publishableKey: `sb_publishable_${randomBytes(16).toString('hex')}`,
      secretKey: `sb_secret_${randomBytes(16).toString('hex')}`,
    };
    writeFileSync(file, JSON.stringify(keys, null, 2), { mode: 0o600 });
    return keys;
  }
  const read = Keys.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (read.success) return read.data;
  throw new StartError(
    `The state in ${folder} was written by another version of Troupe. Start with --reset to delete it and begin anew, or with --state <folder> to keep both.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is as unreadable as another version's JSON, and is told in the same words.
    return undefined;
  }
}
