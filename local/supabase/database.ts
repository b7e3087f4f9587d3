import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vector } from '@electric-sql/pglite-pgvector';
import { App } from '@supabase/lite';
import { createPgliteConnection, type PgliteConnection } from '@supabase/lite/pglite';
import { passOnSqlStates } from './database-errors.ts';
import type { Sql } from './migrations.ts';
import { respectGrants } from './respect-grants.ts';

/** What a hosted project has before its first migration, and `@supabase/lite` does not. */
const platformSql = `
  do $$ begin
    if not exists (select from pg_roles where rolname = 'anon') then create role anon nologin noinherit; end if;
    if not exists (select from pg_roles where rolname = 'authenticated') then create role authenticated nologin noinherit; end if;
    if not exists (select from pg_roles where rolname = 'service_role') then
      create role service_role nologin noinherit bypassrls;
      alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
      alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
      alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
    end if;
  end $$;
  create schema if not exists extensions;
  create extension if not exists pgcrypto with schema extensions;
  grant usage on schema public, extensions to anon, authenticated, service_role;
`;
const authGrantsSql = `
  grant usage on schema auth to anon, authenticated, service_role;
  grant execute on all functions in schema auth to anon, authenticated, service_role;
`;

/** `2026-11-21 09:00:00+00` as PostgREST writes it: `2026-11-21T09:00:00+00:00`. */
const timestamptz = 1184;
const isoTimestamp = (text: string): string => text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');

export interface DatabaseOptions {
  readonly dataDir: string;
  readonly jwtSecret: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly siteUrl: string;
}

/** Its statements are the superuser's. */
export interface Database extends Sql {
  /** Auth and REST as Supabase serves them, short of what gateway.ts adds. One request at a time: there is one connection. */
  readonly app: App;
  readonly connection: PgliteConnection;
  close(): Promise<void>;
}

/** Opens, or makes, the Postgres database in a folder. No other process may have it open (see folder-lock.ts). */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const folder = join(options.dataDir, 'postgres');
  const completeMark = join(options.dataDir, 'postgres.complete');
  // Killed while it was being made: there is no data in it yet, and Postgres could not open it.
  if (!existsSync(completeMark)) rmSync(folder, { recursive: true, force: true });
  const connection = await createPgliteConnection({
    url: folder,
    pgliteOptions: { extensions: { vector }, parsers: { [timestamptz]: isoTimestamp } },
  });
  respectGrants(connection);
  passOnSqlStates(connection);
  const app = new App({
    connection,
    auth: {
      enabled: true,
      jwt_secret: options.jwtSecret,
      publishable_key: options.publishableKey,
      secret_key: options.secretKey,
      site_url: options.siteUrl,
      jwt_expiry: 3600,
      minimum_password_length: 8,
      email: { enable_confirmations: false },
    },
    api: { enabled: true, schemas: ['public'] },
    db: { migrations: { enabled: false } },
    options: { server: { admin: false } },
  });
  await connection.driver.waitReady;
  await connection.driver.exec(platformSql);
  await app.init();
  await app.ensureSystemSchema();
  await connection.driver.exec(authGrantsSql);
  writeFileSync(completeMark, '');
  return {
    app,
    connection,
    query: async <Row>(sql: string, parameters: unknown[] = []) =>
      (await connection.driver.query<Row>(sql, parameters)).rows,
    execute: async (sql) => void (await connection.driver.exec(sql)),
    close: () => connection.close(),
  };
}
