-- People, the tenants they belong to, and the agents that work there.

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  name text check (char_length(name) between 1 and 120),
  avatar_url text check (char_length(avatar_url) <= 2048),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.workspaces (
  id text primary key default public.troupe_id('wsp') check (private.is_id(id, 'wsp')),
  name text not null check (char_length(btrim(name)) between 1 and 80),
  kind text not null check (kind in ('personal', 'company', 'client')),
  created_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index workspaces_created_by on public.workspaces (created_by);
create unique index workspaces_one_personal_each on public.workspaces (created_by) where kind = 'personal';

create table public.members (
  workspace_id text not null references public.workspaces (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member')),
  created_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);
create index members_user on public.members (user_id, workspace_id, role);

create table public.agents (
  id text primary key default public.troupe_id('agt') check (private.is_id(id, 'agt')),
  workspace_id text not null references public.workspaces (id) on delete cascade,
  name text not null check (char_length(btrim(name)) between 1 and 80),
  description text not null default '' check (char_length(description) <= 2000),
  instructions text not null default '' check (char_length(instructions) <= 100000),
  model text not null default 'default' check (char_length(model) between 1 and 200),
  tools text[] not null default '{}' check (cardinality(tools) <= 500 and array_position(tools, null) is null),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  dismissed_at timestamptz,
  unique (workspace_id, id)
);
create index agents_list on public.agents (workspace_id, created_at, id) where dismissed_at is null;

create trigger touch_updated_at before update on public.profiles for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.workspaces for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.agents for each row execute function private.touch_updated_at();

-- The caller's workspaces. Security definer, so that a policy of `members` can ask it without asking itself.
-- In a policy write `workspace_id in (select private.my_workspaces())`: it then runs once per query, not once per row.
create function private.my_workspaces(roles text[] default array['owner', 'admin', 'member']) returns setof text
language sql stable security definer
set search_path = ''
as $$ select workspace_id from public.members where user_id = (select auth.uid()) and role = any (roles) $$;
grant execute on function private.my_workspaces(text[]) to authenticated;

create function private.my_colleagues() returns setof uuid
language sql stable security definer
set search_path = ''
as $$ select user_id from public.members where workspace_id in (select private.my_workspaces()) $$;
grant execute on function private.my_colleagues() to authenticated;

alter table public.profiles enable row level security;
alter table public.profiles force row level security;
alter table public.workspaces enable row level security;
alter table public.workspaces force row level security;
alter table public.members enable row level security;
alter table public.members force row level security;
alter table public.agents enable row level security;
alter table public.agents force row level security;

revoke all on public.profiles, public.workspaces, public.members, public.agents from anon, authenticated, service_role;
grant select, insert, update, delete on public.profiles, public.workspaces, public.members, public.agents to service_role;

grant select, update (name, avatar_url) on public.profiles to authenticated;
create policy "read: oneself and colleagues" on public.profiles for select to authenticated
  using (id = (select auth.uid()) or id in (select private.my_colleagues()));
create policy "update: oneself" on public.profiles for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

grant select, update (name) on public.workspaces to authenticated;
create policy "read: members" on public.workspaces for select to authenticated
  using (id in (select private.my_workspaces()));
create policy "update: owners and admins" on public.workspaces for update to authenticated
  using (id in (select private.my_workspaces(array['owner', 'admin'])))
  with check (id in (select private.my_workspaces(array['owner', 'admin'])));

-- Nobody joins, promotes or removes anybody through the API (that will be an invitation's job).
grant select on public.members to authenticated;
create policy "read: members" on public.members for select to authenticated
  using (workspace_id in (select private.my_workspaces()));

-- Dismissing is soft: threads keep naming their agent.
grant select,
  insert (id, workspace_id, name, description, instructions, model, tools),
  update (name, description, instructions, model, tools, dismissed_at) on public.agents to authenticated;
create policy "read: members" on public.agents for select to authenticated
  using (workspace_id in (select private.my_workspaces()));
create policy "insert: owners and admins" on public.agents for insert to authenticated
  with check (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));
create policy "update: owners and admins" on public.agents for update to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])))
  with check (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));

-- A run reads these to do its work; it changes none of them.
create policy "update: no runs" on public.profiles as restrictive for update to authenticated
  using ((select private.run_thread_id()) is null);
create policy "update: no runs" on public.workspaces as restrictive for update to authenticated
  using ((select private.run_thread_id()) is null);
create policy "insert: no runs" on public.agents as restrictive for insert to authenticated
  with check ((select private.run_thread_id()) is null);
create policy "update: no runs" on public.agents as restrictive for update to authenticated
  using ((select private.run_thread_id()) is null);
