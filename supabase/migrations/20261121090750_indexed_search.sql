-- Full text search by index. Under row level security Postgres checks the policies before `@@`, which is not leakproof, and so
-- reads every row of the workspace. These two decide themselves who may look, once per call, and are then free to use the index.

create or replace function public.list_agents(p_workspace_id text, p_limit integer, p_search text default null, p_department text default null,
  p_hired_only boolean default false, p_status text default 'active', p_after_time timestamptz default null, p_after_id text default null)
returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  query tsquery := private.prefix_query(p_search);
begin
  if p_workspace_id is null or p_workspace_id not in (select private.my_workspaces()) then
    return '[]';
  end if;
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

create or replace function public.search_memories(p_agent_id text, p_query text, p_limit integer) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  query tsquery := private.prefix_query(p_query);
begin
  if not exists (select from public.agents where id = p_agent_id and workspace_id in (select private.my_workspaces())) then
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
