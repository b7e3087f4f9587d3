import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The migrations of this repository, the very files that `supabase db push` sends to a hosted project. */
export const migrationsFolder = fileURLToPath(new URL('../../supabase/migrations', import.meta.url));

/** A database, as the owner of its tables. */
export interface Sql {
  /** One statement. */
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** Many statements, without parameters. */
  execute(sql: string): Promise<void>;
}

export interface Migration {
  readonly version: string;
  readonly name: string;
  readonly sql: string;
}

/** The database and the folder disagree about the past; somebody has to decide. */
class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Reads `<version>_<name>.sql`, oldest first. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  const migrations: Migration[] = [];
  for (const file of files) {
    const [, version, name] = /^(\d{14})_(\w+)\.sql$/.exec(file) ?? [];
    if (!version || !name) throw new MigrationError(`${file} is not called <14 digits>_<name>.sql`);
    migrations.push({ version, name, sql: await readFile(join(folder, file), 'utf8') });
  }
  return migrations;
}

/**
 * Applies what is new, each migration in a transaction of its own, and records it where the Supabase CLI does.
 * Again is no error. A migration that was applied and has changed or gone since is one: edit history nowhere, add to it.
 */
export async function applyMigrations(database: Sql, migrations: readonly Migration[]): Promise<{ applied: string[] }> {
  await database.execute(`
    create schema if not exists supabase_migrations;
    create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
  `);
  const recorded = await database.query<{ version: string; name: string; statements: string[] }>(
    'select version, name, statements from supabase_migrations.schema_migrations order by version',
  );
  for (const { version, name, statements } of recorded) {
    const now = migrations.find((migration) => migration.version === version);
    if (!now)
      throw new MigrationError(`migration ${version}_${name} was applied to this database, but its file is missing`);
    if (now.sql !== statements.join('')) {
      throw new MigrationError(`migration ${version}_${now.name} has changed since it was applied to this database`);
    }
  }
  const applied: string[] = [];
  for (const migration of migrations.filter((each) => !recorded.some(({ version }) => version === each.version))) {
    await applyMigration(database, migration);
    applied.push(migration.version);
  }
  return { applied };
}

async function applyMigration(database: Sql, { version, name, sql }: Migration): Promise<void> {
  await database.execute('begin');
  try {
    await database.execute(sql);
    await database.query(
      'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)',
      [version, name, [sql]],
    );
    await database.execute('commit');
  } catch (cause) {
    await database.execute('rollback');
    throw new MigrationError(`migration ${version}_${name} failed: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
