import { applyMigrations, migrationsFolder, readMigrations, type Sql } from './migrations.ts';

/**
 * Makes a database the data project of a workspace: all migrations, and the mark by which it believes what the platform says of
 * that workspace's members. Again is no error and applies what is new. Says which migrations it has applied.
 */
export async function makeDataProject(database: Sql, workspaceId: string): Promise<{ applied: string[] }> {
  const { applied } = await applyMigrations(database, await readMigrations(migrationsFolder));
  await database.query('select private.become_data_project($1)', [workspaceId]);
  return { applied };
}
