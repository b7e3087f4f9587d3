-- Tools that a person has approved for good: later runs of the same person with the same agent need not ask again.

create table public.tool_grants (
  -- No reference to the workspace itself: the membership has it, and PostgREST would take this table for a join between them.
  workspace_id text not null,
  user_id uuid not null,
  agent_id text not null,
  tool text not null check (char_length(tool) between 1 and 200),
  -- Who was to decide when it was given. A stricter policy that comes later does not know it.
  decider text not null check (decider in ('requester_or_admin', 'admin')),
  granted_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, user_id, agent_id, tool, decider),
  -- It goes with the membership, and with the agent.
  foreign key (workspace_id, user_id) references public.members (workspace_id, user_id) on delete cascade,
  foreign key (workspace_id, agent_id) references public.agents (workspace_id, id) on delete cascade
);
create index tool_grants_agent on public.tool_grants (workspace_id, agent_id);
create index tool_grants_granted_by on public.tool_grants (granted_by);

create function private.audit_tool_grant() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform private.audit(new.workspace_id, 'tool.granted', new.agent_id,
      jsonb_build_object('tool', new.tool, 'userId', new.user_id, 'grantedBy', new.granted_by));
  else
    perform private.audit(old.workspace_id, 'tool.grant_removed', old.agent_id,
      jsonb_build_object('tool', old.tool, 'userId', old.user_id));
  end if;
  return null;
end
$$;
create trigger audit_tool_grant after insert or delete on public.tool_grants
  for each row execute function private.audit_tool_grant();

alter table public.tool_grants enable row level security;
alter table public.tool_grants force row level security;
revoke all on public.tool_grants from anon, authenticated, service_role;
grant select on public.tool_grants to service_role;
grant select, insert (workspace_id, user_id, agent_id, tool, decider, granted_by), delete on public.tool_grants to authenticated;
create policy "read: oneself, owners and admins" on public.tool_grants for select to authenticated
  using ((user_id = (select auth.uid()) and workspace_id in (select private.my_workspaces()))
    or workspace_id in (select private.my_workspaces(array['owner', 'admin'])));
-- Who may decide is known to the platform alone: it writes as the run, whose token nobody else is given.
create policy "insert: the run for which it was decided" on public.tool_grants for insert to authenticated
  with check (user_id = (select auth.uid()) and (select private.run_thread_id()) is not null
    and workspace_id in (select private.my_workspaces()));
create policy "delete: oneself, owners and admins" on public.tool_grants for delete to authenticated
  using ((user_id = (select auth.uid()) and workspace_id in (select private.my_workspaces()))
    or workspace_id in (select private.my_workspaces(array['owner', 'admin'])));
create policy "delete: no runs" on public.tool_grants as restrictive for delete to authenticated
  using ((select private.run_thread_id()) is null);
