import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process has the folder open. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/**
 * Makes this process the only user of a folder, until `release` or the end of the process: two Postgres on the same files
 * destroy them. The lock is the operating system's (by way of SQLite's exclusive transaction), so a process that died, even
 * by SIGKILL, holds none, and a pid that was given out again means nothing.
 */
export function lockFolder(folder: string): { release(): void } {
  mkdirSync(folder, { recursive: true });
  const holderFile = join(folder, 'lock.pid');
  const lock = new DatabaseSync(join(folder, 'lock'));
  try {
    lock.exec('begin exclusive');
  } catch (cause) {
    lock.close();
    throw new FolderInUseError(`the folder ${folder} is in use by the process ${holderOf(holderFile)}`, { cause });
  }
  writeFileSync(holderFile, `${process.pid}\n`);
  return { release: () => lock.close() };
}

function holderOf(holderFile: string): string {
  try {
    return readFileSync(holderFile, 'utf8').trim();
  } catch {
    // It is only for the message: the holder may not have written it yet.
    return '(unknown)';
  }
}
