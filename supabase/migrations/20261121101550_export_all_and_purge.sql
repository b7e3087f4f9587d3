-- An export holds all of a workspace, and what is deleted is taken away everywhere.

-- As before, but with everything in it, colleagues' threads too: it is what is left of a workspace when it is deleted, and a company has to
-- be able to answer for its data. So only an owner may, in person, and the audit log says it: once an hour, whichever page is asked for.
-- Security definer: the function itself asks who the caller is. Tables with columns that are closed to the API stay out.
create or replace function public.export_workspace(p_workspace_id text, p_table text default null, p_offset integer default 0) returns jsonb
language plpgsql volatile security definer
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
  if not exists (select from public.audit_log where workspace_id = p_workspace_id and action = 'workspace.export_started'
                 and actor_id = auth.uid() and created_at > now() - interval '1 hour') then
    perform private.audit(p_workspace_id, 'workspace.export_started', p_workspace_id);
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

create index audit_log_exports on public.audit_log (workspace_id, actor_id, created_at) where action = 'workspace.export_started';

-- Of what is deleted here other stores hold something: logs, journals, long texts, counters. The note is written by the very
-- transaction that deletes; the sweep carries it out when every run of it must have ended. In a data project nobody would:
-- what is deleted there is noted in the platform's database.
create table private.purges (
  kind text not null check (kind in ('thread', 'workspace', 'budget')),
  subject text not null,
  due_at timestamptz not null default now() + interval '1 hour',
  primary key (kind, subject)
);
create index purges_due on private.purges (due_at);

create function private.note_purge() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if private.data_workspace_id() is null then
    insert into private.purges (kind, subject) values (tg_argv[0], old.id) on conflict do nothing;
  end if;
  return null;
end
$$;
create trigger note_purge after delete on public.threads for each row execute function private.note_purge('thread');
create trigger note_purge after delete on public.workspaces for each row execute function private.note_purge('workspace');
create trigger note_purge after delete on public.budgets for each row execute function private.note_purge('budget');

-- For the platform itself only: [{kind, subject}], the oldest first. Each is put off when it is handed out, so that those which
-- cannot be carried out do not keep the rest waiting.
create function public.due_purges(p_limit integer) returns jsonb
language sql volatile security definer
set search_path = ''
as $$
  with due as (
    select kind, subject, due_at from private.purges
    where due_at <= now() and private.is_system('purges')
    order by due_at limit least(greatest(p_limit, 1), 100)
    for update skip locked
  ), claimed as (
    update private.purges p set due_at = now() + interval '10 minutes'
    from due where p.kind = due.kind and p.subject = due.subject
    returning p.kind, p.subject, due.due_at as was_due_at
  )
  select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'subject', subject) order by was_due_at), '[]') from claimed
$$;

create function public.finish_purge(p_kind text, p_subject text) returns void
language sql volatile security definer
set search_path = ''
as $$ delete from private.purges where kind = p_kind and subject = p_subject and private.is_system('purges') $$;

revoke all on function public.due_purges(integer), public.finish_purge(text, text) from public, anon, authenticated, service_role;
grant execute on function public.due_purges(integer), public.finish_purge(text, text) to authenticated;
