-- A workspace may keep its content in a Supabase project of its own: what its threads are called and hold, its ended runs and its
-- agents' memories. The platform's database keeps the address and keys (sealed), and of each such thread a stub that says whose it
-- is: who may do what is decided there, also for what lies elsewhere.
--
-- Both sides have these same migrations. The first half is of the platform's side: it says what lies elsewhere and refuses to keep
-- it. The second half is of the other side, which private.become_data_project makes out of a database.

-- The keys are a credential like those of models, of the workspace as a whole.
alter table public.credentials
  drop constraint credentials_provider_check,
  add constraint credentials_provider_check check (provider in
    ('openai', 'azure', 'anthropic', 'google', 'huggingface', 'ollama', 'openai-compatible', 'supabase_project')),
  add constraint credentials_project_of_all check (provider <> 'supabase_project' or (user_id is null and base_url is not null));

-- As before (20261121090800): what a member can work with. A project is no provider of models.
create or replace function public.credential_providers(p_workspace_id text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('provider', provider, 'isCustomServer', base_url is not null,
    'origin', case when user_id is null then 'workspace' else 'user' end) order by provider, user_id nulls last), '[]')
  from public.credentials
  where workspace_id = p_workspace_id and workspace_id in (select private.my_workspaces())
    and (user_id is null or user_id = auth.uid()) and provider <> 'supabase_project'
$$;

-- As before (20261121090800). A project is changed by functions of its own: content hangs on it.
create or replace function private.credential_to_change(p_id text) returns public.credentials
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  found_one public.credentials;
begin
  select * into found_one from public.credentials
  where id = p_id and provider <> 'supabase_project' and workspace_id in (select private.my_workspaces())
    and (user_id = auth.uid() or user_id is null) for update;
  if found_one.id is not null and not private.may_change_credential(found_one.workspace_id, found_one.user_id) then
    raise exception 'this caller may not change credential %', p_id using errcode = '42501';
  end if;
  return found_one;
end
$$;

-- As before (20261121090800), but whoever sets a project diverts what all members write: put_own_project decides about that.
create or replace function public.put_credential(p_id text, p_workspace_id text, p_user_id uuid, p_provider text, p_label text, p_base_url text,
  p_last_four text, p_validated_at timestamptz, p_sealed jsonb) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if private.lock_workspace(p_workspace_id) is null then return 'not_found'; end if;
  if p_provider = 'supabase_project' or not private.may_change_credential(p_workspace_id, p_user_id) then return 'forbidden'; end if;
  perform private.keep_credential(p_id, p_workspace_id, p_user_id, p_provider, p_label, p_base_url, p_last_four, p_validated_at, p_sealed);
  return 'ok';
end
$$;

create function private.keep_credential(p_id text, p_workspace_id text, p_user_id uuid, p_provider text, p_label text, p_base_url text,
  p_last_four text, p_validated_at timestamptz, p_sealed jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  delete from public.credentials
  where workspace_id = p_workspace_id and provider = p_provider and user_id is not distinct from p_user_id;
  insert into public.credentials (id, workspace_id, user_id, provider, label, base_url, last_four, status, validated_at)
  values (p_id, p_workspace_id, p_user_id, p_provider, p_label, p_base_url, p_last_four, 'valid', p_validated_at);
  if p_sealed is not null then
    insert into private.credential_secrets (credential_id, ciphertext, key_id)
    values (p_id, p_sealed ->> 'ciphertext', p_sealed ->> 'keyId');
  end if;
end
$$;

-- Owners, in person, through the platform.
create function private.may_change_project(p_workspace_id text) returns boolean
language sql stable security definer
set search_path = ''
as $$
  select private.is_platform() and private.is_person() and not private.is_anonymous(auth.uid())
    and p_workspace_id in (select private.my_workspaces(array['owner']))
$$;

create function private.has_own_project(p_workspace_id text) returns boolean
language sql stable security definer
set search_path = ''
as $$ select exists (select from public.credentials where workspace_id = p_workspace_id and provider = 'supabase_project') $$;

-- SQLSTATE TRP01 says that what is asked for lies in the workspace's own project; `detail` names the workspace. Whoever asked is
-- to ask there. So a workspace without one is never asked about it.
create function private.raise_elsewhere(p_workspace_id text) returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'this lies in the own project of the workspace' using errcode = 'TRP01', detail = p_workspace_id;
end
$$;

-- The title, items and runs of this thread lie in the workspace's own project. Threads that are there before the project is set
-- stay here until they have been moved.
alter table public.threads add column is_elsewhere boolean not null default false;

create function private.keep_stub() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    -- Comes before or after a change of the project, which locks the workspace, and not in the middle of it.
    perform from public.workspaces where id = new.workspace_id for key share;
    new.is_elsewhere := private.has_own_project(new.workspace_id);
  elsif new.is_elsewhere and new.checkpoint_seq > old.checkpoint_seq then
    perform private.raise_elsewhere(new.workspace_id);
  end if;
  if new.is_elsewhere then
    new.title := null;
  end if;
  return new;
end
$$;
create trigger keep_stub before insert or update on public.threads for each row execute function private.keep_stub();

-- Moving a thread is no news. After `touch_updated_at`, because triggers fire in the order of their names.
create function private.keep_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := old.updated_at;
  return new;
end
$$;
create trigger untouched_by_move before update on public.threads for each row
  when (new.is_elsewhere and not old.is_elsewhere) execute function private.keep_updated_at();

create function private.refuse_content_of_stubs() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  elsewhere text := (select min(t.workspace_id) from added a join public.threads t on t.id = a.thread_id where t.is_elsewhere);
begin
  if elsewhere is not null then
    perform private.raise_elsewhere(elsewhere);
  end if;
  return null;
end
$$;
create trigger refuse_content_of_stubs after insert on public.runs
  referencing new table as added for each statement execute function private.refuse_content_of_stubs();
create trigger refuse_content_of_stubs after insert on public.items
  referencing new table as added for each statement execute function private.refuse_content_of_stubs();

-- As project_thread, which is not even tried for a stub: what it had written would stay in the pages of this database for a while.
-- Security invoker. Errors: TRP01 too.
create function public.settle_thread(p_thread_id text, p_items jsonb, p_runs jsonb, p_checkpoint_seq bigint) returns bigint
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  elsewhere text := (select workspace_id from public.threads where id = p_thread_id and is_elsewhere);
begin
  if elsewhere is not null then
    perform private.raise_elsewhere(elsewhere);
  end if;
  return public.project_thread(p_thread_id, p_items, p_runs, p_checkpoint_seq);
end
$$;

-- The memories of an agent lie here as long as there are any here: what was written before the project was set moves as a whole.
create function private.memories_are_elsewhere(p_workspace_id text, p_agent_id text) returns boolean
language sql volatile security definer
set search_path = ''
as $$ select private.has_own_project(p_workspace_id) and not exists (select from public.memories where agent_id = p_agent_id) $$;

-- After `limit_memories`, whose lock holds writers back while the memories of the agent are being moved.
create function private.refuse_memories() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if private.memories_are_elsewhere(new.workspace_id, new.agent_id) then
    perform private.raise_elsewhere(new.workspace_id);
  end if;
  return new;
end
$$;
create trigger refuse_memories before insert on public.memories for each row execute function private.refuse_memories();

-- Raises TRP01 for an agent of the caller's whose memories lie elsewhere.
create function private.find_memories_here(p_agent_id text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  of_workspace text := (select workspace_id from public.agents
                        where id = p_agent_id and workspace_id in (select private.my_workspaces()));
begin
  if of_workspace is not null and private.memories_are_elsewhere(of_workspace, p_agent_id) then
    perform private.raise_elsewhere(of_workspace);
  end if;
end
$$;
grant execute on function private.find_memories_here(text) to authenticated;

-- Memories by path, after p_after: [{path, bytes, updated_at}]. Security invoker. Errors: TRP01.
create function public.list_memories(p_agent_id text, p_limit integer, p_prefix text default null, p_after text default null) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  perform private.find_memories_here(p_agent_id);
  return (
    select coalesce(jsonb_agg(to_jsonb(m) order by m.path), '[]') from (
      select path, bytes, updated_at from public.memories
      where agent_id = p_agent_id and (p_prefix is null or starts_with(path, p_prefix)) and (p_after is null or path > p_after)
      order by path limit least(greatest(p_limit, 1), 1001)) m
  );
end
$$;

-- {path, bytes, updated_at, content}, or null. Security invoker. Errors: TRP01.
create function public.read_memory(p_agent_id text, p_path text) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  perform private.find_memories_here(p_agent_id);
  return (select jsonb_build_object('path', path, 'bytes', bytes, 'updated_at', updated_at, 'content', content)
          from public.memories where agent_id = p_agent_id and path = p_path);
end
$$;

-- Whether there was one that the caller may delete. Security invoker. Errors: TRP01.
create function public.remove_memory(p_agent_id text, p_path text) returns boolean
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  perform private.find_memories_here(p_agent_id);
  delete from public.memories where agent_id = p_agent_id and path = p_path;
  return found;
end
$$;

-- As search_memories. Errors: TRP01.
create function public.find_memories(p_agent_id text, p_query text, p_limit integer) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  perform private.find_memories_here(p_agent_id);
  return public.search_memories(p_agent_id, p_query, p_limit);
end
$$;

-- As agent_context, and `elsewhere`: the agents whose memories lie in the own project of the workspace. Security invoker.
create function public.run_context(p_agent_id text) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  context jsonb := public.agent_context(p_agent_id);
  of_workspace text := context -> 'agents' -> 0 -> 'agent' ->> 'workspace_id';
begin
  if context is null then
    return null;
  end if;
  return context || jsonb_build_object('elsewhere', (
    select coalesce(jsonb_agg(agent -> 'agent' ->> 'id'), '[]') from jsonb_array_elements(context -> 'agents') as agent
    where private.is_own_project_of_mine(of_workspace) and (agent ->> 'memoryCount')::bigint = 0));
end
$$;

create function private.is_own_project_of_mine(p_workspace_id text) returns boolean
language sql stable security definer
set search_path = ''
as $$ select p_workspace_id in (select private.my_workspaces()) and private.has_own_project(p_workspace_id) $$;
grant execute on function private.is_own_project_of_mine(text) to authenticated;

-- As workspace_runs. Errors: TRP01 for a workspace with a project of its own.
create function public.ended_runs(
  p_workspace_id text, p_statuses text[], p_limit integer, p_before timestamptz default null, p_before_id text default null
) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  if private.is_own_project_of_mine(p_workspace_id) then
    perform private.raise_elsewhere(p_workspace_id);
  end if;
  return (select coalesce(jsonb_agg(to_jsonb(r) order by r.created_at desc, r.id desc), '[]')
          from public.workspace_runs(p_workspace_id, p_statuses, p_limit, p_before, p_before_id) r);
end
$$;

grant execute on function private.raise_elsewhere(text) to authenticated;

-- The migrations that this database has, oldest first.
create function private.schema_versions() returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  versions jsonb := '[]';
begin
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    execute 'select coalesce(jsonb_agg(version order by version), ''[]'') from supabase_migrations.schema_migrations' into versions;
  end if;
  return versions;
end
$$;

-- For the platform only, in the name of a member: the workspace's own project with its keys, sealed, the caller's role there and
-- the migrations that the project must have. Null for a workspace that has none, or is not the caller's. Notes the use.
create function public.own_project(p_workspace_id text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  found_one public.credentials;
begin
  if coalesce(auth.jwt() ->> 'troupe_access', '') <> 'platform' then
    raise exception 'only the platform is given keys' using errcode = '42501';
  end if;
  select * into found_one from public.credentials
  where workspace_id = p_workspace_id and provider = 'supabase_project'
    and (workspace_id in (select private.my_workspaces()) or private.is_system('project_move'));
  if found_one.id is null then
    return null;
  end if;
  update public.credentials set last_used_at = now()
  where id = found_one.id and (last_used_at is null or last_used_at < now() - interval '1 minute');
  return private.sealed_credential(found_one) || jsonb_build_object('versions', private.schema_versions(), 'role',
    (select role from public.members where workspace_id = p_workspace_id and user_id = auth.uid()));
end
$$;

-- How many threads of a workspace lie in its project, and how much is still to be moved there. For its owners and admins.
create function public.own_project_places(p_workspace_id text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'threadsThere', (select count(*) from public.threads where workspace_id = p_workspace_id and is_elsewhere),
    'threadsToMove', (select count(*) from public.threads where workspace_id = p_workspace_id and not is_elsewhere),
    'agentsToMove', (select count(distinct agent_id) from public.memories where workspace_id = p_workspace_id),
    'versions', private.schema_versions())
  where p_workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and private.is_platform()
$$;

-- Keeps a project instead of the one that is set: `ok`, `forbidden`, `not_found`, or `in_use` when threads lie in that one, it is
-- at another address, and p_is_copy does not say that what lies there is here too.
create function public.put_own_project(p_id text, p_workspace_id text, p_url text, p_last_four text, p_validated_at timestamptz,
  p_sealed jsonb, p_is_copy boolean) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if private.lock_workspace(p_workspace_id) is null then return 'not_found'; end if;
  if not private.may_change_project(p_workspace_id) then return 'forbidden'; end if;
  if p_is_copy is not true and exists (select from public.threads where workspace_id = p_workspace_id and is_elsewhere)
     and not exists (select from public.credentials
                     where workspace_id = p_workspace_id and provider = 'supabase_project' and base_url = p_url) then
    return 'in_use';
  end if;
  perform private.keep_credential(p_id, p_workspace_id, null, 'supabase_project', null, p_url, p_last_four, p_validated_at, p_sealed);
  return 'ok';
end
$$;

-- Takes the project off a workspace: `ok`, `forbidden`, `not_found`, or `in_use` as long as threads lie there. With p_abandon these
-- are deleted; what they held stays where it is.
create function public.remove_own_project(p_workspace_id text, p_abandon boolean) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if private.lock_workspace(p_workspace_id) is null then return 'not_found'; end if;
  if not private.may_change_project(p_workspace_id) then return 'forbidden'; end if;
  if not private.has_own_project(p_workspace_id) then return 'not_found'; end if;
  if p_abandon then
    delete from public.threads where workspace_id = p_workspace_id and is_elsewhere;
  elsif exists (select from public.threads where workspace_id = p_workspace_id and is_elsewhere) then
    return 'in_use';
  end if;
  delete from public.credentials where workspace_id = p_workspace_id and provider = 'supabase_project';
  return 'ok';
end
$$;

-- Moving what was there before the project was, thread by thread and agent by agent (`npm run project:migrate`). Each is copied,
-- and then let go here only if it is still what was copied.

-- The first thread after p_after that lies here: {thread, items, runs}; null when there is none left.
create function public.thread_to_move(p_workspace_id text, p_after text default null) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object('thread', to_jsonb(t),
    'runs', (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from public.runs r where r.thread_id = t.id),
    'items', (select coalesce(jsonb_agg(to_jsonb(i)), '[]') from public.items i where i.thread_id = t.id))
  from public.threads t
  where t.workspace_id = p_workspace_id and not t.is_elsewhere and t.id > coalesce(p_after, '') and private.is_system('project_move')
  order by t.id limit 1
$$;

-- False when the thread is not any more what was copied; null when there is no such thread any more.
create function public.thread_was_moved(p_thread_id text, p_checkpoint_seq bigint, p_title text) returns boolean
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if not private.is_system('project_move') then
    raise exception 'only the move of a workspace may do this' using errcode = '42501';
  end if;
  perform from public.threads where id = p_thread_id and not is_elsewhere and checkpoint_seq = p_checkpoint_seq
    and title is not distinct from p_title and private.has_own_project(workspace_id) for update;
  if not found then
    return case when exists (select from public.threads where id = p_thread_id) then false end;
  end if;
  delete from public.items where thread_id = p_thread_id;
  delete from public.runs where thread_id = p_thread_id;
  update public.threads set is_elsewhere = true where id = p_thread_id;
  return true;
end
$$;

-- The memories of one agent that lie here: {agentId, rows}, or null when there are none left.
create function public.memories_to_move(p_workspace_id text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object('agentId', m.agent_id, 'rows', jsonb_agg(to_jsonb(m) - 'search' - 'bytes' order by m.path))
  from public.memories m
  where private.is_system('project_move') and m.workspace_id = p_workspace_id
    and m.agent_id = (select min(agent_id) from public.memories where workspace_id = p_workspace_id)
  group by m.agent_id
$$;

-- False when the memories are not any more what was copied, null when there are none any more: p_rows as memories_to_move gave them.
create function public.memories_were_moved(p_agent_id text, p_rows jsonb) returns boolean
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  here jsonb;
begin
  if not private.is_system('project_move') then
    raise exception 'only the move of a workspace may do this' using errcode = '42501';
  end if;
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('memories ' || p_agent_id, 0));
  select jsonb_agg(to_jsonb(m) - 'search' - 'bytes' order by m.path) into here from public.memories m
  where m.agent_id = p_agent_id and private.has_own_project(m.workspace_id);
  if here is distinct from p_rows then
    return case when exists (select from public.memories where agent_id = p_agent_id) then false end;
  end if;
  delete from public.memories where agent_id = p_agent_id;
  return true;
end
$$;

-- == The other side: a database that holds the content of one workspace ==

create table private.data_project (
  is_one boolean primary key default true check (is_one),
  workspace_id text not null check (private.is_id(workspace_id, 'wsp')),
  since timestamptz not null default now()
);

-- The tables whose rows may lie in a workspace's own project.
create function private.data_tables() returns text[]
language sql immutable
set search_path = ''
as $$ select array['public.threads', 'public.runs', 'public.items', 'public.memories', 'private.deleted_threads'] $$;

-- Makes this database the data project of a workspace: it then believes what the platform says of people and their roles, in
-- tokens that are signed with this project's own secret. Called by `npm run project:migrate` as the owner of the tables; the API
-- roles cannot. Again is no error, and follows each migration, for the references that it brings.
create function private.become_data_project(p_workspace_id text) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  reference record;
begin
  if exists (select from private.data_project where workspace_id <> p_workspace_id) then
    raise exception 'this database is the project of another workspace' using errcode = '55000';
  end if;
  -- Whoever points at the platform's own database, or at one with other content, must not get far.
  if not exists (select from private.data_project) and (
    exists (select from public.threads) or exists (select from public.memories) or exists (select from public.credentials)
    or exists (select from public.workspaces where kind <> 'personal')) then
    raise exception 'this database has workspaces of its own: take a new project' using errcode = '55000';
  end if;
  insert into private.data_project (workspace_id) values (p_workspace_id) on conflict (is_one) do nothing;
  -- People, workspaces and agents stand in the platform's database.
  for reference in
    select c.conrelid::regclass as of_table, c.conname from pg_catalog.pg_constraint c
    where c.contype = 'f' and c.conrelid = any (private.data_tables()::regclass[])
      and c.confrelid <> all (private.data_tables()::regclass[])
  loop
    execute format('alter table %s drop constraint %I', reference.of_table, reference.conname);
  end loop;
end
$$;
revoke all on function private.become_data_project(text) from public, anon, authenticated, service_role;

-- The workspace whose content this is; null in the platform's database.
create function private.data_workspace_id() returns text
language sql stable security definer
set search_path = ''
as $$ select workspace_id from private.data_project $$;
grant execute on function private.data_workspace_id() to authenticated;

-- As before (20261121090610); in a data project, what the platform says in its token, of that project's workspace only.
create or replace function private.my_workspaces(roles text[] default array['owner', 'admin', 'member']) returns setof text
language sql stable security definer
set search_path = ''
as $$
  select workspace_id from public.members
  where user_id = (select auth.uid())
    and workspace_id = coalesce((select auth.jwt() ->> 'troupe_workspace_id'), workspace_id)
    and private.capped_role(role, (select auth.jwt() ->> 'troupe_max_role')) = any (roles)
    and not exists (select from private.data_project)
  union all
  select workspace_id from private.data_project
  where auth.uid() is not null and auth.jwt() ->> 'troupe_access' = 'platform'
    and workspace_id = auth.jwt() ->> 'troupe_project_workspace_id'
    and workspace_id = coalesce(auth.jwt() ->> 'troupe_workspace_id', workspace_id)
    and auth.jwt() ->> 'troupe_project_role' in ('owner', 'admin', 'member')
    and private.capped_role(auth.jwt() ->> 'troupe_project_role', auth.jwt() ->> 'troupe_max_role') = any (roles)
$$;

-- As before (20261121090400). An account of a data project's own gets nothing here.
create or replace function private.on_new_user() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if private.data_workspace_id() is null then
    perform private.set_up_user(new.id, new.email, new.raw_user_meta_data);
  end if;
  return null;
end
$$;

-- The workspace of an agent that the caller may work with; a data project knows no agents, the platform has asked for it.
create function private.workspace_of_agent(p_agent_id text) returns text
language sql stable security definer
set search_path = ''
as $$
  select w from (
    select workspace_id from public.agents where id = p_agent_id
    union all
    select private.data_workspace_id() where private.is_id(p_agent_id, 'agt')
  ) as of_agent (w)
  where w in (select private.my_workspaces())
  limit 1
$$;
grant execute on function private.workspace_of_agent(text) to authenticated;

-- As before (20261121090720); in a data project, whose threads may not have come yet, its workspace.
create or replace function private.run_workspace_id() returns text
language sql stable security definer
set search_path = ''
as $$
  select workspace_id from public.threads
  where id = private.run_thread_id() and user_id = auth.uid() and workspace_id in (select private.my_workspaces())
  union
  select w from private.data_workspace_id() as w where private.run_thread_id() is not null and w in (select private.my_workspaces())
$$;

-- As before (20261121090720), also in a data project. Errors: TRP01 too.
create or replace function public.write_memory(p_agent_id text, p_path text, p_content text) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  agent_workspace text := private.workspace_of_agent(p_agent_id);
  written public.memories;
begin
  if agent_workspace is null then
    raise exception 'there is no agent %', p_agent_id using errcode = 'P0002';
  end if;
  if private.run_thread_id() is null and not (agent_workspace in (select private.my_workspaces(array['owner', 'admin'])) and private.may_edit()) then
    raise exception 'only runs, owners and admins write memories' using errcode = '42501';
  end if;
  select * into written from public.memories where agent_id = p_agent_id and path = p_path;
  if written.path is null or written.content <> p_content then
    insert into public.memories (workspace_id, agent_id, path, content) values (agent_workspace, p_agent_id, p_path, p_content)
    on conflict (agent_id, path) do update set content = excluded.content
    returning * into written;
  end if;
  return to_jsonb(written) - 'search';
end
$$;

-- As before (20261121090750), also in a data project.
create or replace function public.search_memories(p_agent_id text, p_query text, p_limit integer) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  query tsquery := private.prefix_query(p_query);
begin
  if private.workspace_of_agent(p_agent_id) is null then
    return '[]';
  end if;
  return (
    select coalesce(jsonb_agg(to_jsonb(best) || jsonb_build_object('excerpt', (
        select ts_headline('simple'::regconfig, content, query, 'StartSel="", StopSel="", MaxWords=40, MinWords=15, MaxFragments=1')
        from public.memories where agent_id = p_agent_id and path = best.path)) - 'rank' order by best.rank desc, best.path), '[]')
    from (
      select path, bytes, updated_at, ts_rank(search, query) as rank from public.memories
      where agent_id = p_agent_id and search @@ query
      order by ts_rank(search, query) desc, path
      limit least(greatest(p_limit, 1), 100)
    ) best
  );
end
$$;

-- {agentId: {memories: [{path, bytes, updated_at}], memoryCount}} of agents, as agent_context has it. Security invoker.
create function public.memories_of_agents(p_agent_ids text[]) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(id, jsonb_build_object(
    'memories', (select coalesce(jsonb_agg(to_jsonb(m) order by m.updated_at desc, m.path), '[]') from (
                   select path, bytes, updated_at from public.memories where agent_id = id
                   order by updated_at desc, path limit 100) m),
    'memoryCount', (select count(*) from public.memories where agent_id = id))), '{}')
  from unnest(p_agent_ids) as id
$$;

-- What the platform asks a project before it works with it: {workspaceId, versions}.
create function public.data_project() returns jsonb
language sql stable security definer
set search_path = ''
as $$ select jsonb_build_object('workspaceId', private.data_workspace_id(), 'versions', private.schema_versions()) $$;

-- Whether the platform moves content into this project.
create function private.is_moving_in() returns boolean
language sql stable security definer
set search_path = ''
as $$
  select private.is_system('project_move') and private.data_workspace_id() is not null
    and auth.jwt() ->> 'troupe_project_workspace_id' = private.data_workspace_id()
$$;

-- Takes a thread in as thread_to_move gave it. Again is no error.
create function public.take_thread(p_moved jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  thread public.threads := jsonb_populate_record(null::public.threads, p_moved -> 'thread');
begin
  if not private.is_moving_in() or thread.workspace_id is distinct from private.data_workspace_id() then
    raise exception 'only the move of this workspace may do this' using errcode = '42501';
  end if;
  insert into public.threads (id, workspace_id, user_id, agent_id, title, status, checkpoint_seq, created_at, updated_at)
  values (thread.id, thread.workspace_id, thread.user_id, thread.agent_id, thread.title, thread.status, thread.checkpoint_seq,
    thread.created_at, thread.updated_at)
  on conflict (id) do update set title = excluded.title, status = excluded.status, checkpoint_seq = excluded.checkpoint_seq;
  insert into public.runs (id, workspace_id, thread_id, user_id, agent_id, status, attempt, error, usage, queued_seq, input_item_id,
    retry_of, parent_run_id, regenerates, replaces, created_at, finished_at)
  select r.id, thread.workspace_id, thread.id, r.user_id, r.agent_id, r.status, r.attempt, r.error, r.usage,
    r.queued_seq, r.input_item_id, r.retry_of, r.parent_run_id, r.regenerates, r.replaces, r.created_at, r.finished_at
  from jsonb_populate_recordset(null::public.runs, p_moved -> 'runs') r
  on conflict (id) do update set status = excluded.status, attempt = excluded.attempt, error = excluded.error, usage = excluded.usage,
    agent_id = excluded.agent_id, finished_at = excluded.finished_at;
  insert into public.items (id, workspace_id, thread_id, run_id, run_seq, seq, type, payload, created_at)
  select i.id, thread.workspace_id, thread.id, i.run_id, i.run_seq, i.seq, i.type, i.payload, i.created_at
  from jsonb_populate_recordset(null::public.items, p_moved -> 'items') i
  on conflict (id) do update set type = excluded.type, payload = excluded.payload;
end
$$;

-- Deletes a thread that was deleted at the platform after it had been copied.
create function public.drop_thread(p_thread_id text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if not private.is_moving_in() then
    raise exception 'only the move of this workspace may do this' using errcode = '42501';
  end if;
  delete from public.threads where id = p_thread_id;
end
$$;

-- Deletes those memories of p_rows that are still what was copied: they were deleted at the platform since.
create function public.drop_memories(p_rows jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if not private.is_moving_in() then
    raise exception 'only the move of this workspace may do this' using errcode = '42501';
  end if;
  delete from public.memories m using jsonb_populate_recordset(null::public.memories, p_rows) r
  where m.agent_id = r.agent_id and m.path = r.path and m.content = r.content;
end
$$;

-- Takes the memories of an agent in as memories_to_move gave them: these and no others, because as long as some lie there, those
-- are the agent's. Again is no error.
create function public.take_memories(p_rows jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if not private.is_moving_in() then
    raise exception 'only the move of this workspace may do this' using errcode = '42501';
  end if;
  delete from public.memories m
  where m.agent_id in (select r ->> 'agent_id' from jsonb_array_elements(p_rows) r)
    and m.path not in (select r ->> 'path' from jsonb_array_elements(p_rows) r where r ->> 'agent_id' = m.agent_id);
  insert into public.memories (workspace_id, agent_id, path, content, created_at, updated_at)
  select private.data_workspace_id(), m.agent_id, m.path, m.content, m.created_at, m.updated_at
  from jsonb_populate_recordset(null::public.memories, p_rows) m
  on conflict (agent_id, path) do update set content = excluded.content;
end
$$;

-- Deletes all that a data project holds, for an owner of its workspace: the workspace is deleted.
create function public.empty_data_project() returns boolean
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if private.data_workspace_id() is null or not private.is_person() or not private.is_platform()
     or private.data_workspace_id() not in (select private.my_workspaces(array['owner'])) then
    raise exception 'only an owner of the workspace empties its project' using errcode = '42501';
  end if;
  -- Hosted projects refuse a delete without a where.
  delete from public.threads where true;
  delete from public.memories where true;
  delete from private.deleted_threads where true;
  return true;
end
$$;

revoke all on function public.settle_thread(text, jsonb, jsonb, bigint), public.list_memories(text, integer, text, text), public.read_memory(text, text), public.remove_memory(text, text),
  public.find_memories(text, text, integer), public.run_context(text), public.ended_runs(text, text[], integer, timestamptz, text),
  public.own_project(text), public.own_project_places(text), public.remove_own_project(text, boolean),
  public.put_own_project(text, text, text, text, timestamptz, jsonb, boolean), public.drop_thread(text), public.drop_memories(jsonb),
  public.thread_to_move(text, text), public.thread_was_moved(text, bigint, text), public.memories_to_move(text),
  public.memories_were_moved(text, jsonb), public.memories_of_agents(text[]), public.data_project(), public.take_thread(jsonb),
  public.take_memories(jsonb), public.empty_data_project() from public, anon, authenticated, service_role;
grant execute on function public.settle_thread(text, jsonb, jsonb, bigint), public.list_memories(text, integer, text, text), public.read_memory(text, text), public.remove_memory(text, text),
  public.find_memories(text, text, integer), public.run_context(text), public.ended_runs(text, text[], integer, timestamptz, text),
  public.own_project(text), public.own_project_places(text), public.remove_own_project(text, boolean),
  public.put_own_project(text, text, text, text, timestamptz, jsonb, boolean), public.drop_thread(text), public.drop_memories(jsonb),
  public.thread_to_move(text, text), public.thread_was_moved(text, bigint, text), public.memories_to_move(text),
  public.memories_were_moved(text, jsonb), public.memories_of_agents(text[]), public.data_project(), public.take_thread(jsonb),
  public.take_memories(jsonb), public.empty_data_project() to authenticated;
