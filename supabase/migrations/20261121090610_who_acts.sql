-- Who acts: a person, a run, an API key, or the platform itself at its door. The platform mints tokens for each and says it in
-- claims; nobody else can write claims. An API key acts as the member who made it, confined to one workspace and to a role.

-- The id of the API key that acts; null for a person.
create function private.api_key_id() returns text
language sql stable
set search_path = ''
as $$ select auth.jwt() ->> 'troupe_api_key_id' $$;

-- Whether a person acts themself: neither a run nor an API key.
create function private.is_person() returns boolean
language sql stable
set search_path = ''
as $$ select auth.uid() is not null and auth.jwt() ->> 'troupe_thread_id' is null and auth.jwt() ->> 'troupe_api_key_id' is null $$;
grant execute on function private.is_person() to authenticated;

-- The database's own word, because a token may be older than the account's link to an address.
create function private.is_anonymous(p_user_id uuid) returns boolean
language sql stable security definer
set search_path = ''
as $$ select coalesce((select is_anonymous from auth.users where id = p_user_id), true) $$;

-- A role, held down to `cap`. A cap that is not known holds down to the least.
create function private.capped_role(role text, cap text) returns text
language sql immutable
set search_path = ''
as $$ select case when cap is null then role when cap = 'admin' and role in ('owner', 'admin') then 'admin' else 'member' end $$;

-- As before, and no further than the caller's token reaches. Every policy that asks it is narrowed with it.
create or replace function private.my_workspaces(roles text[] default array['owner', 'admin', 'member']) returns setof text
language sql stable security definer
set search_path = ''
as $$
  select workspace_id from public.members
  where user_id = (select auth.uid())
    and workspace_id = coalesce((select auth.jwt() ->> 'troupe_workspace_id'), workspace_id)
    and private.capped_role(role, (select auth.jwt() ->> 'troupe_max_role')) = any (roles)
$$;

-- The caller's role, null for whoever does not belong there, with the workspace locked against every other change of rights
-- until the transaction ends: two owners who demote each other come one after the other.
create function private.lock_workspace(p_workspace_id text) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform from public.workspaces where id = p_workspace_id for update;
  if private.run_thread_id() is not null then
    return null;
  end if;
  return (
    select private.capped_role(role, auth.jwt() ->> 'troupe_max_role') from public.members
    where workspace_id = p_workspace_id and user_id = auth.uid()
      and workspace_id = coalesce(auth.jwt() ->> 'troupe_workspace_id', workspace_id)
  );
end
$$;

-- Whether the platform itself asks, for this one purpose.
create function private.is_system(purpose text) returns boolean
language sql stable
set search_path = ''
as $$ select coalesce(auth.jwt() ->> 'troupe_access' = 'platform' and auth.jwt() ->> 'troupe_system' = purpose, false) $$;

create policy "update: no API keys" on public.profiles as restrictive for update to authenticated
  using ((select private.is_person()));

-- What a person has set for themself. Apart from the profile, which colleagues read.
create table public.user_settings (
  user_id uuid primary key references auth.users (id) on delete cascade,
  theme text not null default 'system' check (theme in ('system', 'light', 'dark')),
  -- IANA; null follows the browser.
  timezone text check (char_length(timezone) between 1 and 64),
  notifications jsonb not null default '{}' check (jsonb_typeof(notifications) = 'object' and pg_column_size(notifications) <= 2000),
  updated_at timestamptz not null default now()
);
create trigger touch_updated_at before update on public.user_settings for each row execute function private.touch_updated_at();
alter table public.user_settings enable row level security;
alter table public.user_settings force row level security;
revoke all on public.user_settings from anon, authenticated, service_role;
grant select on public.user_settings to service_role;
grant select, insert (user_id, theme, timezone, notifications), update (theme, timezone, notifications) on public.user_settings to authenticated;
create policy "all: oneself" on public.user_settings for all to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
-- A run may read in which time zone its person lives.
create policy "insert: people" on public.user_settings as restrictive for insert to authenticated
  with check ((select private.is_person()));
create policy "update: people" on public.user_settings as restrictive for update to authenticated
  using ((select private.is_person()));

-- The caller: {id, email, isAnonymous, name, avatarUrl, settings, identities: [{provider, email}]}, or null when the account is gone.
create function public.me() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'id', u.id,
    'email', nullif(u.email, ''),
    'isAnonymous', u.is_anonymous,
    'name', p.name,
    'avatarUrl', p.avatar_url,
    'settings', jsonb_build_object('theme', coalesce(s.theme, 'system'), 'timezone', s.timezone,
      'notifications', coalesce(s.notifications, '{}')),
    'identities', (select coalesce(jsonb_agg(jsonb_build_object('provider', i.provider, 'email', i.identity_data ->> 'email')
        order by i.created_at, i.provider), '[]') from auth.identities i where i.user_id = u.id))
  from auth.users u
    left join public.profiles p on p.id = u.id
    left join public.user_settings s on s.user_id = u.id
  where u.id = auth.uid()
$$;
revoke all on function public.me() from public, anon, authenticated, service_role;
grant execute on function public.me() to authenticated;

-- p_changes: any of {name, avatarUrl, settings: {theme, timezone, notifications}}; what is not in it stays. The notifications
-- that are given are added to those that are there. Security invoker: row level security says who may. Returns as me() does.
create function public.change_me(p_changes jsonb) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  settings jsonb := p_changes -> 'settings';
begin
  update public.profiles
  set name = case when p_changes ? 'name' then p_changes ->> 'name' else name end,
      avatar_url = case when p_changes ? 'avatarUrl' then p_changes ->> 'avatarUrl' else avatar_url end
  where id = auth.uid() and (p_changes ? 'name' or p_changes ? 'avatarUrl');
  if settings is not null then
    insert into public.user_settings as old (user_id, theme, timezone, notifications)
    values (auth.uid(), coalesce(settings ->> 'theme', 'system'), settings ->> 'timezone', coalesce(settings -> 'notifications', '{}'))
    on conflict (user_id) do update
    set theme = case when settings ? 'theme' then excluded.theme else old.theme end,
        timezone = case when settings ? 'timezone' then excluded.timezone else old.timezone end,
        notifications = old.notifications || excluded.notifications;
  end if;
  return public.me();
end
$$;
revoke all on function public.change_me(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.change_me(jsonb) to authenticated;
