-- What every later migration stands on: ids, the private schema, and no rights that are not granted by name.

-- Supabase grants everything in `public` to the API roles by default. Here a table is closed until it is opened.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

-- Helpers of policies and triggers. It is not among the schemas that the API exposes.
create schema private;
grant usage on schema private to authenticated, service_role;

-- `<prefix>_<26 characters>`: a UUIDv7 in lower-case Crockford base 32 (TypeID). Sorts by the time of creation.
create function public.troupe_id(prefix text) returns text
language sql volatile
set search_path = ''
as $$
  with random as (
    select encode(uuid_send(gen_random_uuid()), 'hex') as hex,
           lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') as milliseconds
  ), bits as (
    -- A random UUID has its variant already; the time replaces its first 48 bits and 7 its version.
    select b'00' || ('x' || milliseconds || '7' || substr(hex, 14))::bit(128) as value from random
  )
  select prefix || '_' || string_agg(
           substr('0123456789abcdefghjkmnpqrstvwxyz', substring(value from 1 + 5 * i for 5)::bit(5)::integer + 1, 1), '' order by i)
  from bits, generate_series(0, 25) as i
$$;
revoke all on function public.troupe_id(text) from public, anon, authenticated, service_role;
grant execute on function public.troupe_id(text) to authenticated, service_role;

create function private.is_id(value text, prefix text) returns boolean
language sql immutable
set search_path = ''
as $$ select value ~ ('^' || prefix || '_[0-7][0-9a-hjkmnp-tv-z]{25}$') $$;
grant execute on function private.is_id(text, text) to authenticated, service_role;

-- The server's clock, whatever the client sent.
create function private.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

-- The thread that a run's token is confined to; null for a person's own token.
create function private.run_thread_id() returns text
language sql stable
set search_path = ''
as $$ select auth.jwt() ->> 'troupe_thread_id' $$;
grant execute on function private.run_thread_id() to authenticated;
