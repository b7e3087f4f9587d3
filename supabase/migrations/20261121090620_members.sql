-- Changes of who belongs to a workspace, and as what. Each is one function: it locks the workspace, decides by the caller's
-- role, and answers with what came of it. The same rules stand in core/domain/access.ts; here they hold for every caller.
--
-- Outcomes: ok | not_found | forbidden | anonymous (must link an address first) | last_owner | personal (of one person only)
--   | already_member | spent (used, revoked or too old) | limit | name_mismatch | export_first | mismatch (same request, other content)

create index members_list on public.members (workspace_id, created_at, user_id);

alter table public.workspaces add column client_request_id text check (client_request_id ~ '^[A-Za-z0-9_-]{8,64}$');
create unique index workspaces_request on public.workspaces (created_by, client_request_id) where client_request_id is not null;

create function private.audit_members() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  case tg_op
    when 'INSERT' then perform private.audit(new.workspace_id, 'member.added', new.user_id::text, jsonb_build_object('role', new.role));
    when 'UPDATE' then
      if new.role <> old.role then
        perform private.audit(new.workspace_id, 'member.role_changed', new.user_id::text, jsonb_build_object('from', old.role, 'to', new.role));
      end if;
    when 'DELETE' then perform private.audit(old.workspace_id, 'member.removed', old.user_id::text, jsonb_build_object('role', old.role));
  end case;
  return null;
end
$$;
create trigger audit after insert or update or delete on public.members for each row execute function private.audit_members();

create function private.audit_workspaces() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if new.name <> old.name then
    perform private.audit(new.id, 'workspace.renamed', new.id, jsonb_build_object('from', old.name, 'to', new.name));
  end if;
  return null;
end
$$;
create trigger audit after update on public.workspaces for each row execute function private.audit_workspaces();

-- The same p_request_id again answers with the workspace that it made. Returns {outcome, workspaceId}.
create function public.create_workspace(p_name text, p_kind text, p_request_id text default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  made public.workspaces;
begin
  if not private.is_person() then
    return jsonb_build_object('outcome', 'forbidden');
  end if;
  if private.is_anonymous(auth.uid()) then
    return jsonb_build_object('outcome', 'anonymous');
  end if;
  if p_kind is distinct from 'company' and p_kind is distinct from 'client' then
    return jsonb_build_object('outcome', 'forbidden');
  end if;
  if (select count(*) from public.members where user_id = auth.uid() and role = 'owner') >= 100 then
    return jsonb_build_object('outcome', 'limit');
  end if;
  insert into public.workspaces (name, kind, created_by, client_request_id) values (p_name, p_kind, auth.uid(), p_request_id)
  on conflict (created_by, client_request_id) where client_request_id is not null do nothing
  returning * into made;
  if made.id is null then
    select * into made from public.workspaces where created_by = auth.uid() and client_request_id = p_request_id;
    if made.name <> p_name or made.kind <> p_kind then
      return jsonb_build_object('outcome', 'mismatch');
    end if;
  else
    insert into public.members (workspace_id, user_id, role) values (made.id, auth.uid(), 'owner');
  end if;
  return jsonb_build_object('outcome', 'ok', 'workspaceId', made.id);
end
$$;

-- A page of the members, oldest first: [{userId, name, avatarUrl, email, isAnonymous, role, joinedAt}]. Addresses are for
-- owners and admins. Empty for whoever does not belong there.
create function public.workspace_members(p_workspace_id text, p_limit integer, p_after_time timestamptz default null, p_after_id uuid default null)
returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('userId', m.user_id, 'name', p.name, 'avatarUrl', p.avatar_url,
      'email', case when p_workspace_id in (select private.my_workspaces(array['owner', 'admin'])) then nullif(u.email, '') end,
      'isAnonymous', u.is_anonymous, 'role', m.role, 'joinedAt', m.created_at) order by m.created_at, m.user_id), '[]')
  from (
    select * from public.members
    where workspace_id = p_workspace_id and workspace_id in (select private.my_workspaces())
      and (p_after_time is null or (created_at, user_id) > (p_after_time, p_after_id))
    order by created_at, user_id
    limit least(greatest(p_limit, 1), 201)
  ) m
    join auth.users u on u.id = m.user_id
    left join public.profiles p on p.id = m.user_id
$$;

create function public.change_member_role(p_workspace_id text, p_user_id uuid, p_role text) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  mine text := private.lock_workspace(p_workspace_id);
  theirs text := (select role from public.members where workspace_id = p_workspace_id and user_id = p_user_id);
begin
  if mine is null or theirs is null then return 'not_found'; end if;
  if mine = 'member' or (mine = 'admin' and (theirs = 'owner' or p_role = 'owner')) then return 'forbidden'; end if;
  if p_role <> 'member' and private.is_anonymous(p_user_id) then return 'anonymous'; end if;
  if theirs = 'owner' and p_role <> 'owner' and private.owners(p_workspace_id) = 1 then return 'last_owner'; end if;
  update public.members set role = p_role where workspace_id = p_workspace_id and user_id = p_user_id and role <> p_role;
  if p_role = 'member' then perform private.revoke_invitations_of(p_workspace_id, p_user_id); end if;
  return 'ok';
end
$$;

create function private.owners(p_workspace_id text) returns bigint
language sql stable security definer
set search_path = ''
as $$ select count(*) from public.members where workspace_id = p_workspace_id and role = 'owner' $$;

-- Nobody comes back by an invitation of their own.
create function private.revoke_invitations_of(p_workspace_id text, p_user_id uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  update public.invitations set revoked_at = now()
  where workspace_id = p_workspace_id and invited_by = p_user_id and accepted_at is null and revoked_at is null;
end
$$;

-- Removes somebody else, or oneself: with their open invitations, their API keys and their own keys of providers.
create function public.remove_member(p_workspace_id text, p_user_id uuid) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  mine text := private.lock_workspace(p_workspace_id);
  theirs text := (select role from public.members where workspace_id = p_workspace_id and user_id = p_user_id);
begin
  if mine is null or theirs is null then return 'not_found'; end if;
  if p_user_id = auth.uid() and not private.is_person() then return 'forbidden'; end if;
  if p_user_id <> auth.uid() and (mine = 'member' or (mine = 'admin' and theirs = 'owner')) then return 'forbidden'; end if;
  if theirs = 'owner' and private.owners(p_workspace_id) = 1 then return 'last_owner'; end if;
  delete from public.members where workspace_id = p_workspace_id and user_id = p_user_id;
  perform private.revoke_invitations_of(p_workspace_id, p_user_id);
  update public.api_keys set revoked_at = now()
  where workspace_id = p_workspace_id and created_by = p_user_id and revoked_at is null;
  delete from public.credentials where workspace_id = p_workspace_id and user_id = p_user_id;
  return 'ok';
end
$$;

-- The other becomes an owner and the caller an admin.
create function public.transfer_ownership(p_workspace_id text, p_user_id uuid) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  mine text := private.lock_workspace(p_workspace_id);
begin
  if mine is null or not exists (select from public.members where workspace_id = p_workspace_id and user_id = p_user_id) then
    return 'not_found';
  end if;
  if mine <> 'owner' or not private.is_person() then return 'forbidden'; end if;
  if exists (select from public.workspaces where id = p_workspace_id and kind = 'personal') then return 'personal'; end if;
  if private.is_anonymous(p_user_id) then return 'anonymous'; end if;
  if p_user_id = auth.uid() then return 'ok'; end if;
  update public.members set role = 'owner' where workspace_id = p_workspace_id and user_id = p_user_id;
  update public.members set role = 'admin' where workspace_id = p_workspace_id and user_id = auth.uid();
  return 'ok';
end
$$;

-- When an account goes: the personal workspace with it, and any other of which it was the last member. Where it was the last
-- owner, the oldest admin, or else the oldest member, takes over, so that no workspace is without one.
create or replace function private.on_user_deleted() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  owned text;
  heir uuid;
begin
  delete from public.workspaces where created_by = old.id and kind = 'personal';
  for owned in select workspace_id from public.members where user_id = old.id and role = 'owner' order by workspace_id loop
    perform from public.workspaces where id = owned for update;
    continue when exists (select from public.members where workspace_id = owned and role = 'owner' and user_id <> old.id);
    select m.user_id into heir from public.members m
      where m.workspace_id = owned and m.user_id <> old.id and not private.is_anonymous(m.user_id)
      order by m.role = 'admin' desc, m.created_at, m.user_id limit 1;
    if heir is null then
      delete from public.workspaces where id = owned;
    else
      update public.members set role = 'owner' where workspace_id = owned and user_id = heir;
    end if;
  end loop;
  return old;
end
$$;

revoke all on function public.create_workspace(text, text, text), public.workspace_members(text, integer, timestamptz, uuid),
  public.change_member_role(text, uuid, text), public.remove_member(text, uuid), public.transfer_ownership(text, uuid)
  from public, anon, authenticated, service_role;
grant execute on function public.create_workspace(text, text, text), public.workspace_members(text, integer, timestamptz, uuid),
  public.change_member_role(text, uuid, text), public.remove_member(text, uuid), public.transfer_ownership(text, uuid) to authenticated;
