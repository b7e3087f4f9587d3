import { fstatSync } from 'node:fs';
import * as z from 'zod';
import { SupabaseEnv } from './env.ts';
import { FolderInUseError, lockFolder } from './folder-lock.ts';
import { createGateway } from './gateway.ts';
import { listen } from './http-server.ts';
import { createRequestQueue } from './request-queue.ts';

/**
 * Supabase for one machine, a process of its own: Postgres (PGlite), Auth and REST. Prints `ready <url>` when it answers.
 * Ends on SIGTERM, SIGINT and with its parent. Exit codes: 1 cannot start, 2 the port is taken, 3 the folder is in use.
 */
async function main(): Promise<void> {
  const env = SupabaseEnv.parse(process.env);
  process.env['LITE_TELEMETRY'] = '0';
  console.error = logLine;
  const lock = lockFolder(env.DATA_DIR);
  const server = await listen(env.PORT);
  const url = `http://127.0.0.1:${server.port}`;
  const publicUrl = env.PUBLIC_URL?.replace(/\/$/, '') ?? url;

  // Loaded late: the port and the lock answer before half a megabyte of library does.
  const { openDatabase } = await import('./database.ts');
  const { applyMigrations, migrationsFolder, readMigrations } = await import('./migrations.ts');
  const { createTokens } = await import('./tokens.ts');
  const { createUsers } = await import('./users.ts');

  const database = await openDatabase({
    dataDir: env.DATA_DIR,
    jwtSecret: env.JWT_SECRET,
    publishableKey: env.PUBLISHABLE_KEY,
    secretKey: env.SECRET_KEY,
    siteUrl: publicUrl,
  });
  const { applied } = await applyMigrations(database, await readMigrations(migrationsFolder));
  if (applied.length > 0) await database.connection.clearSchemaCache();
  const queue = createRequestQueue();
  const tokens = createTokens(database, { jwtSecret: env.JWT_SECRET, publicUrl });
  server.serve(createGateway({ database, queue, tokens, users: createUsers(database), secretKey: env.SECRET_KEY }));

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await server.close();
    await queue(() => database.close());
    lock.release();
    process.exit(0);
  };
  stopWith(() => void stop().catch(fail));
  process.stdout.write(`ready ${url}\n`);
}

/** SIGTERM, SIGINT, and the parent's end: it closes our IPC channel or the pipe that is our stdin. */
function stopWith(stop: () => void): void {
  process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop);
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) process.stdin.once('end', stop).once('error', stop).resume();
}

/** `@supabase/lite` prints a page for each statement that Postgres refuses; a line with its code is enough to find it. */
function logLine(error: unknown): void {
  const { code, message } = Loggable.catch({ message: String(error) }).parse(error);
  process.stderr.write(`${JSON.stringify({ level: 'warn', source: 'supabase', code, message })}\n`);
}
const Loggable = z.object({ code: z.string().optional(), message: z.string() });

function fail(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    exit(2, `port ${process.env['PORT']} is taken: stop the other program or choose another port`);
  if (error instanceof FolderInUseError) exit(3, error.message);
  if (error instanceof z.ZodError) exit(1, `the environment is not complete:\n${z.prettifyError(error)}`);
  exit(1, error instanceof Error ? error.message : String(error));
}

function exit(code: number, message: string): never {
  process.stderr.write(`supabase: ${message}\n`);
  process.exit(code);
}

main().catch(fail);
