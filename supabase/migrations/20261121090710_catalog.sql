-- The global catalog: agents that any workspace may hire. Platform admins write it, everybody who is signed in reads what is
-- published, and hiring copies it, so that a later change of the catalog changes no workspace.

-- Only SQL and the service role make somebody a platform admin.
create table public.platform_admins (
  user_id uuid primary key references auth.users (id) on delete cascade,
  created_at timestamptz not null default now()
);
create function private.is_platform_admin() returns boolean
language sql stable security definer
set search_path = ''
as $$ select private.is_person() and exists (select from public.platform_admins where user_id = auth.uid()) $$;
grant execute on function private.is_platform_admin() to authenticated;

create table public.departments (
  name text primary key check (char_length(btrim(name)) between 1 and 80),
  position integer not null
);

create table public.catalog_agents (
  id text primary key default public.troupe_id('cat') check (private.is_id(id, 'cat')),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 64),
  department text not null references public.departments (name) on update cascade,
  -- Leads its department.
  is_head boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index catalog_agents_department on public.catalog_agents (department);
create trigger touch_updated_at before update on public.catalog_agents for each row execute function private.touch_updated_at();

-- A version is written while it is a draft, and never again. Publishing one retires the one before.
create table public.catalog_versions (
  catalog_agent_id text not null references public.catalog_agents (id) on delete cascade,
  version integer not null check (version > 0),
  status text not null default 'draft' check (status in ('draft', 'published', 'retired')),
  name text not null check (char_length(btrim(name)) between 1 and 80),
  role text not null default '' check (char_length(role) <= 120),
  personality text not null default '' check (char_length(personality) <= 4000),
  avatar text check (char_length(avatar) between 1 and 2048),
  description text not null default '' check (char_length(description) <= 2000),
  instructions text not null check (char_length(instructions) between 1 and 100000),
  model text not null default 'default' check (char_length(model) between 1 and 200),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  tools text[] not null default '{}' check (cardinality(tools) <= 500 and array_position(tools, null) is null),
  tool_policies jsonb not null default '{}' check (jsonb_typeof(tool_policies) = 'object'),
  limits jsonb not null default '{}' check (jsonb_typeof(limits) = 'object'),
  created_by uuid,
  created_at timestamptz not null default now(),
  published_at timestamptz,
  search tsvector generated always as (to_tsvector('simple'::regconfig, name || ' ' || role || ' ' || description)) stored,
  primary key (catalog_agent_id, version)
);
create unique index catalog_versions_published on public.catalog_versions (catalog_agent_id) where status = 'published';
create unique index catalog_versions_draft on public.catalog_versions (catalog_agent_id) where status = 'draft';

alter table public.agents
  add column catalog_agent_id text references public.catalog_agents (id) on delete set null,
  -- The version that was copied.
  add column catalog_version integer check (catalog_version > 0);
-- Hired once per workspace; two who hire at the same time get one agent.
create unique index agents_hired on public.agents (workspace_id, catalog_agent_id) where catalog_agent_id is not null;
create index agents_catalog on public.agents (catalog_agent_id);

alter table public.platform_admins enable row level security;
alter table public.platform_admins force row level security;
alter table public.departments enable row level security;
alter table public.departments force row level security;
alter table public.catalog_agents enable row level security;
alter table public.catalog_agents force row level security;
alter table public.catalog_versions enable row level security;
alter table public.catalog_versions force row level security;
revoke all on public.platform_admins, public.departments, public.catalog_agents, public.catalog_versions from anon, authenticated, service_role;
grant select, insert, update, delete on public.platform_admins, public.departments to service_role;
grant select on public.catalog_agents, public.catalog_versions to service_role;

grant select on public.platform_admins to authenticated;
create policy "read: oneself" on public.platform_admins for select to authenticated using (user_id = (select auth.uid()));

grant select on public.departments to authenticated;
create policy "read: the signed in" on public.departments for select to authenticated using ((select auth.uid()) is not null);

grant select on public.catalog_agents, public.catalog_versions to authenticated;
create policy "read: what is published, admins all" on public.catalog_versions for select to authenticated
  using (((select auth.uid()) is not null and status = 'published') or (select private.is_platform_admin()));
-- Follows the versions: their policy looks through this one.
create policy "read: what is published, admins all" on public.catalog_agents for select to authenticated
  using (exists (select from public.catalog_versions v where v.catalog_agent_id = catalog_agents.id) or (select private.is_platform_admin()));

grant insert (catalog_agent_id, catalog_version) on public.agents to authenticated;

-- A page of what is published, by department, heads first: [{agent, version, position, hire}]. p_workspace_id: whose hires are
-- told. Begins after (p_after_position, p_after_staff, p_after_slug).
create function public.list_catalog(p_limit integer, p_workspace_id text default null, p_search text default null,
  p_department text default null, p_hired_only boolean default false, p_after_position integer default null,
  p_after_staff boolean default null, p_after_slug text default null)
returns jsonb
language plpgsql stable security invoker
set search_path = ''
as $$
declare
  query tsquery := private.prefix_query(p_search);
begin
  return (
    select coalesce(jsonb_agg(entry order by position, is_staff, slug), '[]') from (
      select d.position, not c.is_head as is_staff, c.slug, jsonb_build_object('agent', to_jsonb(c), 'version', to_jsonb(v) - 'search',
          'position', d.position, 'hire', case when a.id is not null then to_jsonb(a) - 'search' end) as entry
      from public.catalog_agents c
        join public.departments d on d.name = c.department
        join public.catalog_versions v on v.catalog_agent_id = c.id and v.status = 'published'
        left join public.agents a on a.workspace_id = p_workspace_id and a.catalog_agent_id = c.id
      where (query is null or v.search @@ query)
        and (p_department is null or c.department = p_department)
        and (not p_hired_only or (a.id is not null and a.dismissed_at is null))
        and (p_after_slug is null or (d.position, not c.is_head, c.slug) > (p_after_position, p_after_staff, p_after_slug))
      order by d.position, not c.is_head, c.slug
      limit least(greatest(p_limit, 1), 201)
    ) page
  );
end
$$;

-- Copies what is published into a workspace, or brings back whoever was dismissed there, with all their history.
-- Returns {outcome: hired | rehired | already_hired | not_found, agent}. Errors: 42501 for whoever may not.
create function public.hire_agent(p_workspace_id text, p_catalog_agent_id text, p_agent_id text) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  hired public.agents;
begin
  if p_workspace_id not in (select private.my_workspaces()) then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  if p_workspace_id not in (select private.my_workspaces(array['owner', 'admin'])) or not private.may_edit() then
    raise exception 'only owners and admins hire' using errcode = '42501';
  end if;
  update public.agents set dismissed_at = null
  where workspace_id = p_workspace_id and catalog_agent_id = p_catalog_agent_id and dismissed_at is not null
  returning * into hired;
  if hired.id is not null then
    return jsonb_build_object('outcome', 'rehired', 'agent', to_jsonb(hired) - 'search');
  end if;
  if exists (select from public.agents where workspace_id = p_workspace_id and catalog_agent_id = p_catalog_agent_id) then
    return jsonb_build_object('outcome', 'already_hired');
  end if;
  insert into public.agents (id, workspace_id, catalog_agent_id, catalog_version, department, name, role, personality, avatar,
    description, instructions, model, settings, tools, tool_policies, limits)
  select p_agent_id, p_workspace_id, c.id, v.version, c.department, v.name, v.role, v.personality, v.avatar,
    v.description, v.instructions, v.model, v.settings, v.tools, v.tool_policies, v.limits
  from public.catalog_agents c join public.catalog_versions v on v.catalog_agent_id = c.id and v.status = 'published'
  where c.id = p_catalog_agent_id
  on conflict (workspace_id, catalog_agent_id) where catalog_agent_id is not null do nothing
  returning * into hired;
  if hired.id is not null then
    return jsonb_build_object('outcome', 'hired', 'agent', to_jsonb(hired) - 'search');
  end if;
  return jsonb_build_object('outcome', case
    when exists (select from public.agents where workspace_id = p_workspace_id and catalog_agent_id = p_catalog_agent_id)
    then 'already_hired' else 'not_found' end);
end
$$;

-- Adds a catalog agent with its first draft, or changes its place. p_agent: {id, slug, department, isHead}; p_content as a row of
-- catalog_versions, null for none. Errors: 42501 for whoever is no platform admin, 23505 a slug that is taken, 23503 no such department.
create function public.save_catalog_agent(p_agent jsonb, p_content jsonb default null) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if not private.is_platform_admin() or not private.may_edit() then
    raise exception 'only platform admins write the catalog' using errcode = '42501';
  end if;
  if p_content is null then
    update public.catalog_agents
    set department = coalesce(p_agent ->> 'department', department), is_head = coalesce((p_agent ->> 'isHead')::boolean, is_head)
    where id = p_agent ->> 'id';
  else
    insert into public.catalog_agents (id, slug, department, is_head)
    values (p_agent ->> 'id', p_agent ->> 'slug', p_agent ->> 'department', coalesce((p_agent ->> 'isHead')::boolean, false));
    perform private.save_catalog_draft(p_agent ->> 'id', p_content);
  end if;
end
$$;

-- The draft of a catalog agent: a new version if there is none, else the one that is being written.
create function private.save_catalog_draft(p_catalog_agent_id text, p_content jsonb) returns integer
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  draft public.catalog_versions := jsonb_populate_record(null::public.catalog_versions, p_content);
  number integer;
begin
  perform from public.catalog_agents where id = p_catalog_agent_id for update;
  if not found then
    raise exception 'there is no catalog agent %', p_catalog_agent_id using errcode = 'P0002';
  end if;
  select coalesce(max(version) filter (where status = 'draft'), coalesce(max(version), 0) + 1) into number
  from public.catalog_versions where catalog_agent_id = p_catalog_agent_id;
  insert into public.catalog_versions (catalog_agent_id, version, name, role, personality, avatar, description, instructions, model,
    settings, tools, tool_policies, limits, created_by)
  values (p_catalog_agent_id, number, draft.name, draft.role, draft.personality, draft.avatar, draft.description, draft.instructions,
    draft.model, draft.settings, draft.tools, draft.tool_policies, draft.limits, auth.uid())
  on conflict (catalog_agent_id, version) do update
  set name = excluded.name, role = excluded.role, personality = excluded.personality, avatar = excluded.avatar,
      description = excluded.description, instructions = excluded.instructions, model = excluded.model, settings = excluded.settings,
      tools = excluded.tools, tool_policies = excluded.tool_policies, limits = excluded.limits;
  return number;
end
$$;

create function public.save_catalog_draft(p_catalog_agent_id text, p_content jsonb) returns integer
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if not private.is_platform_admin() or not private.may_edit() then
    raise exception 'only platform admins write the catalog' using errcode = '42501';
  end if;
  return private.save_catalog_draft(p_catalog_agent_id, p_content);
end
$$;

-- draft -> published, and published -> retired. Returns ok | not_found | conflict (the version is not in the state for it).
create function public.move_catalog_version(p_catalog_agent_id text, p_version integer, p_status text) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  now_status text;
begin
  if not private.is_platform_admin() or not private.may_edit() then
    raise exception 'only platform admins write the catalog' using errcode = '42501';
  end if;
  perform from public.catalog_agents where id = p_catalog_agent_id for update;
  select status into now_status from public.catalog_versions where catalog_agent_id = p_catalog_agent_id and version = p_version;
  if now_status is null then return 'not_found'; end if;
  if now_status = p_status then return 'ok'; end if;
  if (now_status, p_status) not in (('draft', 'published'), ('published', 'retired')) then return 'conflict'; end if;
  update public.catalog_versions set status = 'retired'
  where catalog_agent_id = p_catalog_agent_id and status = 'published';
  if p_status = 'published' then
    update public.catalog_versions set status = 'published', published_at = now()
    where catalog_agent_id = p_catalog_agent_id and version = p_version;
  end if;
  return 'ok';
end
$$;

revoke all on function public.list_catalog(integer, text, text, text, boolean, integer, boolean, text),
  public.hire_agent(text, text, text), public.save_catalog_agent(jsonb, jsonb), public.save_catalog_draft(text, jsonb),
  public.move_catalog_version(text, integer, text) from public, anon, authenticated, service_role;
grant execute on function public.list_catalog(integer, text, text, text, boolean, integer, boolean, text),
  public.hire_agent(text, text, text), public.save_catalog_agent(jsonb, jsonb), public.save_catalog_draft(text, jsonb),
  public.move_catalog_version(text, integer, text) to authenticated;
