-- What an agent is grows: who it is, how its model answers, what it may call and whom it may hand over to. Each change makes an
-- immutable version. Writes go through the platform's API, which knows what the database cannot: models, tools and the shape of
-- settings. Row level security says who may; `private.may_edit` says by which way.

-- Whether the platform's API acts for a person or for their API key: not a run, and not a token that was sent past the API.
create function private.may_edit() returns boolean
language sql stable
set search_path = ''
as $$ select coalesce(auth.jwt() ->> 'troupe_access' = 'platform', false) and private.run_thread_id() is null $$;
grant execute on function private.may_edit() to authenticated;

create function private.are_ids(ids text[], prefix text) returns boolean
language sql immutable
set search_path = ''
as $$ select coalesce(bool_and(coalesce(private.is_id(id, prefix), false)), true) from unnest(ids) as id $$;
grant execute on function private.are_ids(text[], text) to authenticated, service_role;

alter table public.agents
  add column role text not null default '' check (char_length(role) <= 120),
  add column personality text not null default '' check (char_length(personality) <= 4000),
  -- An emoji, or the address of a picture.
  add column avatar text check (char_length(avatar) between 1 and 2048),
  add column department text check (char_length(department) between 1 and 80),
  add column settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object' and pg_column_size(settings) <= 2000),
  add column tool_policies jsonb not null default '{}' check (jsonb_typeof(tool_policies) = 'object' and pg_column_size(tool_policies) <= 100000),
  add column limits jsonb not null default '{}' check (jsonb_typeof(limits) = 'object' and pg_column_size(limits) <= 2000),
  add column handoffs text[] not null default '{}' check (cardinality(handoffs) <= 50 and private.are_ids(handoffs, 'agt')),
  add column delegates text[] not null default '{}' check (cardinality(delegates) <= 50 and private.are_ids(delegates, 'agt')),
  add column version integer not null default 1 check (version > 0),
  -- The version that the newest one brought back, if it did.
  add column restored_from integer check (restored_from > 0),
  add column client_request_id text check (client_request_id ~ '^[A-Za-z0-9_-]{8,64}$'),
  add column search tsvector generated always as (to_tsvector('simple'::regconfig, name || ' ' || role || ' ' || description)) stored;
create unique index agents_request on public.agents (workspace_id, client_request_id) where client_request_id is not null;
create index agents_all on public.agents (workspace_id, created_at, id);
create index agents_search on public.agents using gin (search);

create table public.agent_versions (
  workspace_id text not null,
  agent_id text not null,
  version integer not null check (version > 0),
  -- As the protocol's AgentContent.
  content jsonb not null,
  -- The names of the fields that differ from the version before; empty for the first.
  changed text[] not null default '{}',
  restored_from integer,
  -- Null when the platform itself did it. No reference: what somebody did stays true when their account is gone.
  changed_by uuid,
  created_at timestamptz not null default now(),
  primary key (agent_id, version),
  foreign key (workspace_id, agent_id) references public.agents (workspace_id, id) on delete cascade
);
create index agent_versions_agent on public.agent_versions (workspace_id, agent_id);

-- What a version keeps of an agent.
create function private.agent_content(agent public.agents) returns jsonb
language sql immutable
set search_path = ''
as $$
  select jsonb_build_object('name', agent.name, 'role', agent.role, 'personality', agent.personality, 'avatar', agent.avatar,
    'department', agent.department, 'description', agent.description, 'instructions', agent.instructions, 'model', agent.model,
    'settings', agent.settings, 'tools', to_jsonb(agent.tools), 'toolPolicies', agent.tool_policies,
    'handoffs', to_jsonb(agent.handoffs), 'delegates', to_jsonb(agent.delegates), 'limits', agent.limits)
$$;

-- Numbers the versions, whatever the client sent, and lets edges lead to other agents of the same workspace only.
-- Errors: 23514 an agent that hands over to itself, 23503 an edge to an agent that is not there.
create function private.number_agent_version() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  edges text[] := new.handoffs || new.delegates;
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.restored_from := null;
  elsif private.agent_content(new) is distinct from private.agent_content(old) then
    new.version := old.version + 1;
  else
    new.version := old.version;
    new.restored_from := old.restored_from;
  end if;
  if tg_op = 'INSERT' or new.handoffs is distinct from old.handoffs or new.delegates is distinct from old.delegates then
    if new.id = any (edges) then
      raise exception 'agent % leads to itself', new.id using errcode = '23514';
    end if;
    if exists (select from unnest(edges) as edge
               where not exists (select from public.agents where workspace_id = new.workspace_id and id = edge)) then
      raise exception 'an edge of agent % leads to none of its workspace', new.id using errcode = '23503';
    end if;
  end if;
  return new;
end
$$;
create trigger number_version before insert or update on public.agents for each row execute function private.number_agent_version();

create function private.keep_agent_version() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  content jsonb := private.agent_content(new);
  fields text[] := '{}';
begin
  if tg_op = 'UPDATE' then
    if (new.dismissed_at is null) <> (old.dismissed_at is null) then
      perform private.audit(new.workspace_id, case when new.dismissed_at is null then 'agent.rehired' else 'agent.dismissed' end, new.id,
        jsonb_build_object('name', new.name));
    end if;
    if new.version = old.version then
      return null;
    end if;
    select array_agg(key order by key) into fields
    from jsonb_each(content) where value is distinct from private.agent_content(old) -> key;
    perform private.audit(new.workspace_id, 'agent.changed', new.id,
      jsonb_strip_nulls(jsonb_build_object('name', new.name, 'version', new.version, 'fields', fields, 'restoredFrom', new.restored_from)));
  else
    perform private.audit(new.workspace_id, 'agent.added', new.id, jsonb_build_object('name', new.name));
  end if;
  insert into public.agent_versions (workspace_id, agent_id, version, content, changed, restored_from, changed_by)
  values (new.workspace_id, new.id, new.version, content, fields, new.restored_from, auth.uid());
  return null;
end
$$;
create trigger keep_version after insert or update on public.agents for each row execute function private.keep_agent_version();

-- Agents that were there before versions were.
insert into public.agent_versions (workspace_id, agent_id, version, content, created_at)
select workspace_id, id, version, private.agent_content(a), updated_at from public.agents a;

alter table public.agent_versions enable row level security;
alter table public.agent_versions force row level security;
revoke all on public.agent_versions from anon, authenticated, service_role;
grant select on public.agent_versions to authenticated, service_role;
create policy "read: members" on public.agent_versions for select to authenticated
  using (workspace_id in (select private.my_workspaces()));

grant
  insert (role, personality, avatar, department, settings, tool_policies, limits, handoffs, delegates, client_request_id),
  update (role, personality, avatar, department, settings, tool_policies, limits, handoffs, delegates, restored_from)
  on public.agents to authenticated;
create policy "insert: through the platform" on public.agents as restrictive for insert to authenticated
  with check ((select private.may_edit()));
create policy "update: through the platform" on public.agents as restrictive for update to authenticated
  using ((select private.may_edit()));

-- What somebody types into a search field, as a query for words that begin like that; null for nothing to look for.
create function private.prefix_query(words text) returns tsquery
language sql immutable
set search_path = ''
as $$
  select to_tsquery('simple'::regconfig, string_agg('''' || word || ''':*', ' & '))
  from (select lower(found[1]) as word from regexp_matches(words, '[[:alnum:]]+', 'g') as found limit 10) as w
$$;
grant execute on function private.prefix_query(text) to authenticated;

-- A page of a workspace's agents, oldest first: rows of `agents`. p_status: active | dismissed | all. p_hired_only: those from
-- the catalog. Begins after (p_after_time, p_after_id). Security invoker: row level security decides.
create function public.list_agents(p_workspace_id text, p_limit integer, p_search text default null, p_department text default null,
  p_hired_only boolean default false, p_status text default 'active', p_after_time timestamptz default null, p_after_id text default null)
returns jsonb
language plpgsql stable security invoker
set search_path = ''
as $$
declare
  query tsquery := private.prefix_query(p_search);
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(a) - 'search' order by a.created_at, a.id), '[]') from (
      select * from public.agents
      where workspace_id = p_workspace_id
        and (query is null or search @@ query)
        and (p_department is null or department = p_department)
        and (not p_hired_only or catalog_agent_id is not null)
        and (p_status = 'all' or (dismissed_at is null) = (p_status = 'active'))
        and (p_after_time is null or (created_at, id) > (p_after_time, p_after_id))
      order by created_at, id
      limit least(greatest(p_limit, 1), 201)
    ) a
  );
end
$$;
revoke all on function public.list_agents(text, integer, text, text, boolean, text, timestamptz, text) from public, anon, authenticated, service_role;
grant execute on function public.list_agents(text, integer, text, text, boolean, text, timestamptz, text) to authenticated;
