-- Taking everything out of a workspace, and ending it.

create table private.workspace_exports (
  workspace_id text not null references public.workspaces (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  exported_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);

-- Notes that the caller, an owner, has taken everything out.
create function private.note_export(p_workspace_id text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if private.lock_workspace(p_workspace_id) is distinct from 'owner' or not private.is_person() then
    return;
  end if;
  insert into private.workspace_exports (workspace_id, user_id) values (p_workspace_id, auth.uid())
  on conflict (workspace_id, user_id) do update set exported_at = now();
  perform private.audit(p_workspace_id, 'workspace.exported', p_workspace_id);
end
$$;
grant execute on function private.note_export(text) to authenticated;

-- A page of all rows of a workspace that the caller may see, table by table: every table that has a workspace_id and that the
-- API may read whole, so that a new table is in it by itself. Security invoker: row level security decides, as everywhere.
-- Begins after p_offset rows of p_table (null: the first). A page ends with its table or at about 1 MB.
-- Returns {rows: [{table, row}], next: {table, offset} | null}, or null for whoever is no owner.
create function public.export_workspace(p_workspace_id text, p_table text default null, p_offset integer default 0) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  current_table text;
  next_table text;
  sort_columns text;
  page jsonb;
  taken integer;
  has_more boolean;
begin
  if not private.is_person() or p_workspace_id not in (select private.my_workspaces(array['owner'])) then
    return null;
  end if;
  select t.name, lead(t.name) over (order by t.name <> 'workspaces', t.name)
  into current_table, next_table
  from private.tables_of_workspaces() t
  order by t.name is distinct from coalesce(p_table, 'workspaces'), t.name <> 'workspaces', t.name
  limit 1;
  select string_agg(format('%I', a.attname), ', ' order by array_position(i.indkey::smallint[], a.attnum)) into sort_columns
  from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
  where i.indrelid = format('public.%I', current_table)::regclass and i.indisprimary;
  execute format(
    'with rows as (
       select row_number() over (order by %1$s) as place, to_jsonb(t) as value from public.%2$I t where %3$I = $1 order by %1$s offset $2 limit 1001
     ), sized as (
       select place, value, sum(octet_length(value::text)) over (order by place) as bytes from rows
     ), page as (
       select * from sized where (bytes <= 1000000 or place = $2 + 1) and place <= $2 + 1000
     )
     select coalesce(jsonb_agg(jsonb_build_object(''table'', $3, ''row'', value) order by place), ''[]''), count(*)::integer,
       (select count(*) from rows) > count(*) from page',
    sort_columns, current_table, case when current_table = 'workspaces' then 'id' else 'workspace_id' end)
  into page, taken, has_more using p_workspace_id, p_offset, current_table;
  if not has_more and next_table is null then
    perform private.note_export(p_workspace_id);
  end if;
  return jsonb_build_object('rows', page, 'next',
    case when has_more then jsonb_build_object('table', current_table, 'offset', p_offset + taken)
         when next_table is not null then jsonb_build_object('table', next_table, 'offset', 0) end);
end
$$;

create function private.tables_of_workspaces() returns table (name text)
language sql stable
set search_path = ''
as $$
  select c.relname::text from pg_catalog.pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and has_table_privilege('authenticated', c.oid, 'select')
    and (c.relname = 'workspaces' or exists (select from pg_catalog.pg_attribute a
           where a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped))
$$;
grant execute on function private.tables_of_workspaces() to authenticated;

-- For an owner who types the workspace's name and has taken everything out within the hour, or says that they need not.
create function public.delete_workspace(p_workspace_id text, p_name text, p_without_export boolean) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  mine text := private.lock_workspace(p_workspace_id);
  workspace public.workspaces;
begin
  select * into workspace from public.workspaces where id = p_workspace_id;
  if mine is null then return 'not_found'; end if;
  if mine <> 'owner' or not private.is_person() then return 'forbidden'; end if;
  if workspace.kind = 'personal' then return 'personal'; end if;
  if workspace.name is distinct from p_name then return 'name_mismatch'; end if;
  if p_without_export is not true and not exists (select from private.workspace_exports
      where workspace_id = p_workspace_id and user_id = auth.uid() and exported_at > now() - interval '1 hour') then
    return 'export_first';
  end if;
  delete from public.workspaces where id = p_workspace_id;
  return 'ok';
end
$$;

revoke all on function public.export_workspace(text, text, integer), public.delete_workspace(text, text, boolean)
  from public, anon, authenticated, service_role;
grant execute on function public.export_workspace(text, text, integer), public.delete_workspace(text, text, boolean) to authenticated;
