import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Database } from './database.ts';

/** A user as the Auth API shows them. */
export interface User {
  id: string;
  aud: string;
  role: string;
  email: string;
  phone: string;
  email_confirmed_at: string | null;
  last_sign_in_at: string | null;
  app_metadata: Record<string, unknown>;
  user_metadata: Record<string, unknown>;
  identities: Record<string, unknown>[];
  is_anonymous: boolean;
  created_at: string;
  updated_at: string;
}

const Metadata = z.record(z.string(), z.unknown());

/** What the admin routes accept; a field that is missing stays as it is. */
export const UserInput = z.object({
  id: z.uuid().optional(),
  email: z.email().toLowerCase().optional(),
  password: z.string().min(1).max(72).optional(),
  email_confirm: z.boolean().optional(),
  user_metadata: Metadata.optional(),
  app_metadata: Metadata.optional(),
});
export type UserInput = z.infer<typeof UserInput>;

const userSql = `select id, aud, role, coalesce(email, '') as email, coalesce(phone, '') as phone, is_anonymous,
    to_json(email_confirmed_at) as email_confirmed_at, to_json(last_sign_in_at) as last_sign_in_at, to_json(created_at) as created_at,
    to_json(updated_at) as updated_at, raw_app_meta_data as app_metadata, raw_user_meta_data as user_metadata,
    (select coalesce(json_agg(json_build_object('identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id, 'provider', i.provider,
       'identity_data', i.identity_data, 'created_at', i.created_at, 'updated_at', i.updated_at) order by i.created_at), '[]')
     from auth.identities i where i.user_id = users.id) as identities
  from auth.users`;

const emailIdentitySql = `insert into auth.identities (id, provider, provider_id, user_id, identity_data)
  values (gen_random_uuid(), 'email', $1::text, $1::uuid, jsonb_build_object('sub', $1::text, 'email', $2::text, 'email_verified', true))
  on conflict (provider, provider_id) do update set identity_data = excluded.identity_data, updated_at = now()`;

/** Users in the tables of the Auth API, for what `@supabase/lite` has no route for. */
export function createUsers(database: Database) {
  const find = async (id: string): Promise<User | undefined> => {
    const [user] = await database.query<User>(`${userSql} where id = $1`, [id]);
    return user;
  };

  const update = async (id: string, change: Omit<UserInput, 'id'>): Promise<User | undefined> => {
    await database.query(
      `update auth.users set
         email = coalesce($2, email),
         email_confirmed_at = case when $2 is not null or $4 then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
         encrypted_password = case when $3::text is null then encrypted_password else extensions.crypt($3, extensions.gen_salt('bf', 10)) end,
         is_anonymous = is_anonymous and $2 is null,
         raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || $5::jsonb,
         raw_app_meta_data = coalesce(raw_app_meta_data, '{}') || $6::jsonb ||
           case when $2 is null then '{}'::jsonb else '{"provider": "email", "providers": ["email"]}'::jsonb end,
         updated_at = now()
       where id = $1`,
      [
        id,
        change.email ?? null,
        change.password ?? null,
        change.email_confirm ?? false,
        JSON.stringify(change.user_metadata ?? {}),
        JSON.stringify(change.app_metadata ?? {}),
      ],
    );
    if (change.email) await database.query(emailIdentitySql, [id, change.email]);
    return find(id);
  };

  return {
    find,
    update,

    async isAnonymous(id: string): Promise<boolean> {
      const [row] = await database.query<{ is_anonymous: boolean }>(
        'select is_anonymous from auth.users where id = $1',
        [id],
      );
      return row?.is_anonymous === true;
    },

    async emailIsTaken(email: string, exceptId?: string): Promise<boolean> {
      const rows = await database.query('select 1 from auth.users where email = $1 and id is distinct from $2', [
        email,
        exceptId ?? null,
      ]);
      return rows.length > 0;
    },

    async list(page: number, perPage: number): Promise<{ users: User[]; total: number }> {
      const [count] = await database.query<{ total: number }>('select count(*)::integer as total from auth.users');
      const users = await database.query<User>(
        `${userSql} order by users.created_at desc, users.id limit $1 offset $2`,
        [perPage, (page - 1) * perPage],
      );
      return { users, total: count?.total ?? 0 };
    },

    async create({ id = randomUUID(), ...rest }: UserInput): Promise<User | undefined> {
      // With the metadata at once: the trigger that sets a new user up reads the name from it.
      await database.query('insert into auth.users (id, email, raw_user_meta_data) values ($1, $2, $3)', [
        id,
        rest.email ?? null,
        JSON.stringify(rest.user_metadata ?? {}),
      ]);
      return update(id, rest);
    },

    async remove(id: string): Promise<boolean> {
      const removed = await database.query('delete from auth.users where id = $1 returning id', [id]);
      return removed.length > 0;
    },

    /** A new anonymous user with a session; the answer is its refresh token. */
    async createAnonymous(about: Record<string, unknown>): Promise<string> {
      const [userId, sessionId, refreshToken] = [randomUUID(), randomUUID(), randomUUID()];
      await database.query(
        `with new_user as (
           insert into auth.users (id, is_anonymous, raw_app_meta_data, raw_user_meta_data, last_sign_in_at)
           values ($1, true, '{}', $4, now())
         ), new_session as (
           insert into auth.sessions (id, user_id, aal) values ($2, $1, 'aal1')
         )
         insert into auth.refresh_tokens (id, token, user_id, session_id, revoked) values (gen_random_uuid()::text, $3, $1, $2, false)`,
        [userId, sessionId, refreshToken, JSON.stringify(about)],
      );
      return refreshToken;
    },
  };
}
export type Users = ReturnType<typeof createUsers>;
