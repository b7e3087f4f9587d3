-- Who changed which right, key or agent, and when. Nobody edits it, the service role included: it goes only with its workspace.

create table public.audit_log (
  id text primary key default public.troupe_id('aud') check (private.is_id(id, 'aud')),
  workspace_id text not null references public.workspaces (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  -- Null when the platform itself did it. No reference: what somebody did stays true when their account is gone.
  actor_id uuid,
  -- The API key through which the actor did it, if one.
  api_key_id text check (private.is_id(api_key_id, 'key')),
  -- `<thing>.<what was done>`, as in `member.removed`.
  action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  -- The id of the thing: a user, an invitation, a key, an agent, …
  subject text not null check (char_length(subject) between 1 and 200),
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object')
);
create index audit_log_list on public.audit_log (workspace_id, id desc);

alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;
revoke all on public.audit_log from anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;
create policy "read: owners and admins" on public.audit_log for select to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));
create policy "read: no runs" on public.audit_log as restrictive for select to authenticated
  using ((select private.run_thread_id()) is null);

-- Adds a row, in the transaction of the change that it tells of. For triggers and functions that are security definer
-- themselves; the API roles cannot call it. No row for a workspace that is being deleted: its log goes with it.
-- Never put a secret into the details.
create function private.audit(p_workspace_id text, p_action text, p_subject text, p_details jsonb default '{}') returns void
language sql volatile security definer
set search_path = ''
as $$
  insert into public.audit_log (workspace_id, actor_id, api_key_id, action, subject, details)
  select p_workspace_id, auth.uid(), auth.jwt() ->> 'troupe_api_key_id', p_action, p_subject, coalesce(p_details, '{}')
  where exists (select from public.workspaces where id = p_workspace_id)
$$;
