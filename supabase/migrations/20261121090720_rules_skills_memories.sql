-- What shapes an agent beside its instructions: rules of the workspace or of one agent, skills that it loads when it needs them,
-- and what it has remembered.

create table public.rules (
  id text primary key default public.troupe_id('rul') check (private.is_id(id, 'rul')),
  workspace_id text not null references public.workspaces (id) on delete cascade,
  -- Null: for every agent of the workspace.
  agent_id text,
  kind text not null check (kind in ('always', 'never', 'when')),
  -- What always or never to do; for `when`, the situation.
  text text not null check (char_length(btrim(text)) between 1 and 4000),
  respond_with text check (char_length(btrim(respond_with)) between 1 and 4000),
  -- Lower ones come first.
  priority integer not null default 100 check (priority between 0 and 1000),
  enabled boolean not null default true,
  client_request_id text check (client_request_id ~ '^[A-Za-z0-9_-]{8,64}$'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((kind = 'when') = (respond_with is not null)),
  foreign key (workspace_id, agent_id) references public.agents (workspace_id, id) on delete cascade
);
create index rules_list on public.rules (workspace_id, priority, id);
create index rules_agent on public.rules (workspace_id, agent_id, priority, id);
create unique index rules_request on public.rules (workspace_id, client_request_id) where client_request_id is not null;

create table public.skills (
  id text primary key default public.troupe_id('skl') check (private.is_id(id, 'skl')),
  workspace_id text not null references public.workspaces (id) on delete cascade,
  -- What the model calls it by.
  name text not null check (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(name) <= 64),
  -- When to use it: an agent chooses by this.
  description text not null check (char_length(btrim(description)) between 1 and 1000),
  -- Markdown, read only when the agent loads it.
  content text not null check (char_length(content) between 1 and 100000),
  -- Comes with the platform: nobody changes or deletes it.
  is_system boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (workspace_id, name),
  unique (workspace_id, id)
);

create table public.agent_skills (
  workspace_id text not null,
  agent_id text not null,
  skill_id text not null,
  created_at timestamptz not null default now(),
  primary key (agent_id, skill_id),
  foreign key (workspace_id, agent_id) references public.agents (workspace_id, id) on delete cascade,
  foreign key (workspace_id, skill_id) references public.skills (workspace_id, id) on delete cascade
);
create index agent_skills_agent on public.agent_skills (workspace_id, agent_id);
create index agent_skills_skill on public.agent_skills (workspace_id, skill_id);

create table public.memories (
  workspace_id text not null,
  agent_id text not null,
  -- Normalised: segments without dots only, divided by single slashes (core/protocol/memory.ts).
  path text not null check (char_length(path) between 1 and 200 and path !~ '(^|/)\.{0,2}(/|$)' and path !~ '[[:cntrl:]\\]'),
  content text not null check (octet_length(content) <= 65536),
  bytes integer generated always as (octet_length(content)) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  search tsvector generated always as (to_tsvector('simple'::regconfig, translate(path, '/.-_', '    ') || ' ' || content)) stored,
  primary key (agent_id, path),
  foreign key (workspace_id, agent_id) references public.agents (workspace_id, id) on delete cascade
);
create index memories_agent on public.memories (workspace_id, agent_id);
create index memories_newest on public.memories (agent_id, updated_at desc, path);
create index memories_search on public.memories using gin (search);

create trigger touch_updated_at before update on public.rules for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.skills for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.memories for each row execute function private.touch_updated_at();

-- An agent keeps 2,000 memories and 4 MB at most. Writers of one agent wait for each other, so that two cannot pass it together.
create function private.limit_memories() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  entries bigint;
  total bigint;
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('memories ' || new.agent_id, 0));
  select count(*), coalesce(sum(bytes), 0) into entries, total from public.memories where agent_id = new.agent_id and path <> new.path;
  if entries >= 2000 or total + octet_length(new.content) > 4 * 1024 * 1024 then
    raise exception 'agent % has no room for another memory', new.agent_id using errcode = '54000';
  end if;
  return new;
end
$$;
create trigger limit_memories before insert or update of content on public.memories for each row execute function private.limit_memories();

create function private.audit_guidance() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  thing text := tg_argv[0];
  was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  is_now jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  row_now jsonb := coalesce(is_now, was);
begin
  if coalesce((row_now ->> 'is_system')::boolean, false) then
    return null;
  end if;
  perform private.audit(row_now ->> 'workspace_id',
    thing || case tg_op when 'INSERT' then '.added' when 'UPDATE' then '.changed' else '.deleted' end, row_now ->> 'id',
    jsonb_strip_nulls(jsonb_build_object('name', row_now ->> 'name', 'kind', row_now ->> 'kind', 'agentId', row_now ->> 'agent_id',
      'enabled', row_now -> 'enabled')));
  return null;
end
$$;
create trigger audit after insert or update or delete on public.rules for each row execute function private.audit_guidance('rule');
create trigger audit after insert or update or delete on public.skills for each row execute function private.audit_guidance('skill');

alter table public.rules enable row level security;
alter table public.rules force row level security;
alter table public.skills enable row level security;
alter table public.skills force row level security;
alter table public.agent_skills enable row level security;
alter table public.agent_skills force row level security;
alter table public.memories enable row level security;
alter table public.memories force row level security;
revoke all on public.rules, public.skills, public.agent_skills, public.memories from anon, authenticated, service_role;
grant select, insert, update, delete on public.rules, public.skills, public.agent_skills, public.memories to service_role;

grant select, insert (id, workspace_id, agent_id, kind, text, respond_with, priority, enabled, client_request_id),
  update (kind, text, respond_with, priority, enabled), delete on public.rules to authenticated;
create policy "read: members" on public.rules for select to authenticated
  using (workspace_id in (select private.my_workspaces()));
create policy "insert: owners and admins, through the platform" on public.rules for insert to authenticated
  with check (workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit()));
create policy "update: owners and admins, through the platform" on public.rules for update to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit()));
create policy "delete: owners and admins, through the platform" on public.rules for delete to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit()));

grant select, insert (id, workspace_id, name, description, content), update (name, description, content), delete on public.skills to authenticated;
create policy "read: members" on public.skills for select to authenticated
  using (workspace_id in (select private.my_workspaces()));
create policy "insert: owners and admins, through the platform" on public.skills for insert to authenticated
  with check (workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit()));
create policy "update: owners and admins, through the platform, no system ones" on public.skills for update to authenticated
  using (not is_system and workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit()));
create policy "delete: owners and admins, through the platform, no system ones" on public.skills for delete to authenticated
  using (not is_system and workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit()));

grant select, insert (workspace_id, agent_id, skill_id), delete on public.agent_skills to authenticated;
create policy "read: members" on public.agent_skills for select to authenticated
  using (workspace_id in (select private.my_workspaces()));
create policy "insert: owners and admins, through the platform" on public.agent_skills for insert to authenticated
  with check (workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit()));
create policy "delete: owners and admins, through the platform" on public.agent_skills for delete to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit()));

-- The workspace of the thread that a run's token is confined to, if it is the caller's; null for a person.
create function private.run_workspace_id() returns text
language sql stable security definer
set search_path = ''
as $$
  select workspace_id from public.threads
  where id = private.run_thread_id() and user_id = auth.uid() and workspace_id in (select private.my_workspaces())
$$;
grant execute on function private.run_workspace_id() to authenticated;

-- Written by a run, for the agents of its own workspace, and by owners and admins.
grant select, insert (workspace_id, agent_id, path, content), update (content), delete on public.memories to authenticated;
create policy "read: members" on public.memories for select to authenticated
  using (workspace_id in (select private.my_workspaces()));
create policy "insert: runs, owners and admins" on public.memories for insert to authenticated
  with check (workspace_id = (select private.run_workspace_id())
    or (workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit())));
create policy "update: runs, owners and admins" on public.memories for update to authenticated
  using (workspace_id = (select private.run_workspace_id())
    or (workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit())));
create policy "delete: owners and admins" on public.memories for delete to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])) and (select private.may_edit()));

-- Puts a memory in its place. The same content again changes nothing, not even its time. Security invoker.
-- Errors: P0002 no such agent for the caller, 42501 may not write, 54000 no room. Returns the row.
create function public.write_memory(p_agent_id text, p_path text, p_content text) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  agent_workspace text := (select workspace_id from public.agents where id = p_agent_id);
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

-- The memories that speak of all the words, best first: [{path, bytes, updated_at, excerpt}].
create function public.search_memories(p_agent_id text, p_query text, p_limit integer) returns jsonb
language plpgsql stable security invoker
set search_path = ''
as $$
declare
  query tsquery := private.prefix_query(p_query);
begin
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

-- Gives an agent these skills and no others. Errors: P0002 no such agent, 42501 may not, 23503 a skill of elsewhere.
create function public.assign_skills(p_agent_id text, p_skill_ids text[]) returns void
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  agent_workspace text := (select workspace_id from public.agents where id = p_agent_id);
begin
  if agent_workspace is null then
    raise exception 'there is no agent %', p_agent_id using errcode = 'P0002';
  end if;
  if not (agent_workspace in (select private.my_workspaces(array['owner', 'admin'])) and private.may_edit()) then
    raise exception 'only owners and admins assign skills' using errcode = '42501';
  end if;
  delete from public.agent_skills where agent_id = p_agent_id and skill_id <> all (p_skill_ids);
  insert into public.agent_skills (workspace_id, agent_id, skill_id)
  select distinct agent_workspace, p_agent_id, id from unnest(p_skill_ids) as id
  on conflict (agent_id, skill_id) do nothing;
end
$$;

-- All that a run of an agent begins with, in one request: the agent and whoever it can reach by handoffs and delegates within
-- three steps, each with its rules, skills (without their content) and newest memories (without theirs). Dismissed ones are not
-- reachable. Security invoker. Null for an agent that the caller cannot see.
-- Returns {workspaceName, person: {name, timezone}, agents: [{agent, rules, skills, memories, memoryCount}]}, the agent itself first.
create function public.agent_context(p_agent_id text) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  with recursive reachable (id, depth) as (
    select id, 0 from public.agents where id = p_agent_id and dismissed_at is null
    union
    select a.id, r.depth + 1
    from reachable r
      join public.agents source on source.id = r.id
      cross join lateral unnest(source.handoffs || source.delegates) as edge
      join public.agents a on a.id = edge and a.dismissed_at is null
    where r.depth < 3
  ), nearest as (
    select id, min(depth) as depth from reachable group by id
  )
  select jsonb_build_object(
    'workspaceName', w.name,
    'person', jsonb_build_object('name', (select p.name from public.profiles p where p.id = auth.uid()),
      'timezone', (select s.timezone from public.user_settings s where s.user_id = auth.uid())),
    'agents', (
      select jsonb_agg(jsonb_build_object(
        'agent', to_jsonb(a) - 'search',
        'rules', (select coalesce(jsonb_agg(to_jsonb(r) - 'client_request_id' order by r.priority, r.id), '[]') from public.rules r
                  where r.workspace_id = a.workspace_id and r.enabled and (r.agent_id = a.id or r.agent_id is null)),
        'skills', (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'description', s.description) order by s.name), '[]')
                   from public.agent_skills k join public.skills s on s.id = k.skill_id where k.agent_id = a.id),
        'memories', (select coalesce(jsonb_agg(to_jsonb(m) order by m.updated_at desc, m.path), '[]') from (
                       select path, bytes, updated_at from public.memories where agent_id = a.id
                       order by updated_at desc, path limit 100) m),
        'memoryCount', (select count(*) from public.memories where agent_id = a.id)) order by n.depth, a.created_at, a.id)
      from nearest n join public.agents a on a.id = n.id))
  from public.agents root join public.workspaces w on w.id = root.workspace_id
  where root.id = p_agent_id and root.dismissed_at is null
$$;

revoke all on function public.write_memory(text, text, text), public.search_memories(text, text, integer),
  public.assign_skills(text, text[]), public.agent_context(text) from public, anon, authenticated, service_role;
grant execute on function public.write_memory(text, text, text), public.search_memories(text, text, integer),
  public.assign_skills(text, text[]), public.agent_context(text) to authenticated;
