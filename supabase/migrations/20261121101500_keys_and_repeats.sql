-- An API key may be in many hands, and is ended when that is noticed. So it gives nobody more than it has itself: it invites members
-- only, makes nobody an admin, and what it has invited is closed with it. And: what makes something can be asked twice.

alter table public.invitations add column api_key_id text references public.api_keys (id) on delete set null;
create index invitations_api_key on public.invitations (api_key_id);

-- A new invitation to an address takes the place of one that is still open. p_id is the request's: the same again is
-- already_created. Returns {outcome, invitation}.
drop function public.create_invitation(text, text, text, text, timestamptz);
create function public.create_invitation(p_workspace_id text, p_email text, p_role text, p_token_hash text, p_expires_at timestamptz,
  p_id text default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  mine text := private.lock_workspace(p_workspace_id);
  address text := lower(p_email);
  made public.invitations;
begin
  if mine is null then return jsonb_build_object('outcome', 'not_found'); end if;
  if mine = 'member' then return jsonb_build_object('outcome', 'forbidden'); end if;
  if p_role is distinct from 'member' and not private.is_person() then return jsonb_build_object('outcome', 'forbidden'); end if;
  if private.is_anonymous(auth.uid()) then return jsonb_build_object('outcome', 'anonymous'); end if;
  if exists (select from public.invitations where id = p_id and workspace_id = p_workspace_id) then
    return jsonb_build_object('outcome', 'already_created');
  end if;
  if exists (select from public.workspaces where id = p_workspace_id and kind = 'personal') then
    return jsonb_build_object('outcome', 'personal');
  end if;
  if exists (select from public.members m join auth.users u on u.id = m.user_id
             where m.workspace_id = p_workspace_id and lower(u.email) = address) then
    return jsonb_build_object('outcome', 'already_member');
  end if;
  update public.invitations set revoked_at = now()
  where workspace_id = p_workspace_id and email = address and accepted_at is null and revoked_at is null;
  if (select count(*) from public.invitations
      where workspace_id = p_workspace_id and accepted_at is null and revoked_at is null and expires_at > now()) >= 500 then
    return jsonb_build_object('outcome', 'limit');
  end if;
  insert into public.invitations (id, workspace_id, email, role, invited_by, api_key_id, expires_at)
  values (coalesce(p_id, public.troupe_id('inv')), p_workspace_id, address, p_role, auth.uid(), private.api_key_id(),
    least(p_expires_at, now() + interval '30 days', (select k.expires_at from public.api_keys k where k.id = private.api_key_id())))
  returning * into made;
  insert into private.invitation_tokens (token_hash, invitation_id) values (p_token_hash, made.id);
  return jsonb_build_object('outcome', 'ok', 'invitation', to_jsonb(made));
end
$$;
revoke all on function public.create_invitation(text, text, text, text, timestamptz, text) from public, anon, authenticated, service_role;
grant execute on function public.create_invitation(text, text, text, text, timestamptz, text) to authenticated;

create or replace function public.change_member_role(p_workspace_id text, p_user_id uuid, p_role text) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  mine text := private.lock_workspace(p_workspace_id);
  theirs text := (select role from public.members where workspace_id = p_workspace_id and user_id = p_user_id);
begin
  if mine is null or theirs is null then return 'not_found'; end if;
  if mine = 'member' or (mine = 'admin' and (theirs = 'owner' or p_role = 'owner')) then return 'forbidden'; end if;
  if p_role is distinct from 'member' and not private.is_person() then return 'forbidden'; end if;
  if p_role <> 'member' and private.is_anonymous(p_user_id) then return 'anonymous'; end if;
  if theirs = 'owner' and p_role <> 'owner' and private.owners(p_workspace_id) = 1 then return 'last_owner'; end if;
  update public.members set role = p_role where workspace_id = p_workspace_id and user_id = p_user_id and role <> p_role;
  if p_role = 'member' then perform private.revoke_invitations_of(p_workspace_id, p_user_id); end if;
  return 'ok';
end
$$;

-- Whatever ends a key ends what it has invited and nobody has accepted yet.
create function private.close_invitations_of_key() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  update public.invitations set revoked_at = now() where api_key_id = new.id and accepted_at is null and revoked_at is null;
  return null;
end
$$;
create trigger close_invitations after update of revoked_at on public.api_keys for each row
  when (new.revoked_at is not null and old.revoked_at is null) execute function private.close_invitations_of_key();

-- The same of an account that is deleted: what its person and their keys have invited. All at once, because the references would
-- be set to null one by one, and a row that this transaction has changed already is checked against those that are gone by then.
create function private.close_invitations_of_account() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  update public.invitations i set revoked_at = now(), invited_by = null, api_key_id = null
  where i.accepted_at is null and i.revoked_at is null
    and (i.invited_by = old.id or i.api_key_id in (select k.id from public.api_keys k where k.created_by = old.id));
  return old;
end
$$;
create trigger troupe_close_invitations before delete on auth.users for each row execute function private.close_invitations_of_account();

-- As before, and tells who works there already: whoever asked for it and did not hear the answer is told on asking again.
create or replace function public.hire_agent(p_workspace_id text, p_catalog_agent_id text, p_agent_id text) returns jsonb
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
  insert into public.agents (id, workspace_id, catalog_agent_id, catalog_version, department, name, role, personality, avatar,
    description, instructions, model, settings, tools, tool_policies, limits)
  select p_agent_id, p_workspace_id, c.id, v.version, c.department, v.name, v.role, v.personality, v.avatar,
    v.description, v.instructions, v.model, v.settings, v.tools, v.tool_policies, v.limits
  from public.catalog_agents c join public.catalog_versions v on v.catalog_agent_id = c.id and v.status = 'published'
  where c.id = p_catalog_agent_id
    and not exists (select from public.agents a where a.workspace_id = p_workspace_id and a.catalog_agent_id = c.id)
  on conflict (workspace_id, catalog_agent_id) where catalog_agent_id is not null do nothing
  returning * into hired;
  if hired.id is not null then
    return jsonb_build_object('outcome', 'hired', 'agent', to_jsonb(hired) - 'search');
  end if;
  select * into hired from public.agents where workspace_id = p_workspace_id and catalog_agent_id = p_catalog_agent_id;
  if hired.id is not null then
    return jsonb_build_object('outcome', 'already_hired', 'agent', to_jsonb(hired) - 'search');
  end if;
  return jsonb_build_object('outcome', 'not_found');
end
$$;
