-- Invitations: by link (whoever has it, once) or to an e-mail address (only the person whose confirmed address it is, by link
-- or from their own list). The link's token is 32 random bytes that the API makes; here is only its SHA-256, out of reach of the API.

create table public.invitations (
  id text primary key default public.troupe_id('inv') check (private.is_id(id, 'inv')),
  workspace_id text not null references public.workspaces (id) on delete cascade,
  email text check (email = lower(email) and char_length(email) between 3 and 254),
  role text not null check (role in ('admin', 'member')),
  invited_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references auth.users (id) on delete set null,
  revoked_at timestamptz
);
create index invitations_list on public.invitations (workspace_id, id desc);
create index invitations_email on public.invitations (email);
create index invitations_invited_by on public.invitations (invited_by);
create index invitations_accepted_by on public.invitations (accepted_by);

create table private.invitation_tokens (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  invitation_id text not null unique references public.invitations (id) on delete cascade
);

alter table public.invitations enable row level security;
alter table public.invitations force row level security;
revoke all on public.invitations from anon, authenticated, service_role;
grant select on public.invitations to authenticated, service_role;
create policy "read: owners and admins" on public.invitations for select to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));
create policy "read: no runs" on public.invitations as restrictive for select to authenticated
  using ((select private.run_thread_id()) is null);

create function private.audit_invitations() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform private.audit(new.workspace_id, 'invitation.created', new.id,
      jsonb_strip_nulls(jsonb_build_object('email', new.email, 'role', new.role, 'expiresAt', new.expires_at)));
  elsif new.revoked_at is not null and old.revoked_at is null then
    perform private.audit(new.workspace_id, 'invitation.revoked', new.id);
  elsif new.accepted_at is not null and old.accepted_at is null then
    perform private.audit(new.workspace_id, 'invitation.accepted', new.id, jsonb_build_object('role', new.role));
  end if;
  return null;
end
$$;
create trigger audit after insert or update on public.invitations for each row execute function private.audit_invitations();

-- A new invitation to an address takes the place of one that is still open. Returns {outcome, invitation}.
create function public.create_invitation(p_workspace_id text, p_email text, p_role text, p_token_hash text, p_expires_at timestamptz)
returns jsonb
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
  if private.is_anonymous(auth.uid()) then return jsonb_build_object('outcome', 'anonymous'); end if;
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
  insert into public.invitations (workspace_id, email, role, invited_by, expires_at)
  values (p_workspace_id, address, p_role, auth.uid(), least(p_expires_at, now() + interval '30 days'))
  returning * into made;
  insert into private.invitation_tokens (token_hash, invitation_id) values (p_token_hash, made.id);
  return jsonb_build_object('outcome', 'ok', 'invitation', to_jsonb(made));
end
$$;

-- Revoking again is ok.
create function public.revoke_invitation(p_workspace_id text, p_invitation_id text) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  mine text := private.lock_workspace(p_workspace_id);
  invitation public.invitations;
begin
  select * into invitation from public.invitations where id = p_invitation_id and workspace_id = p_workspace_id;
  if mine is null or (invitation.id is null and mine <> 'member') then return 'not_found'; end if;
  if mine = 'member' then return 'forbidden'; end if;
  if invitation.accepted_at is not null then return 'spent'; end if;
  update public.invitations set revoked_at = now() where id = p_invitation_id and revoked_at is null;
  return 'ok';
end
$$;

-- What somebody is invited to, shown to whoever holds the token: {workspaceName, role, email, expiresAt}. Null when it is spent or unknown.
create function public.invitation_of_token(p_token_hash text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object('workspaceName', w.name, 'role', i.role, 'email', i.email, 'expiresAt', i.expires_at)
  from private.invitation_tokens t
    join public.invitations i on i.id = t.invitation_id
    join public.workspaces w on w.id = i.workspace_id
  where t.token_hash = p_token_hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
    and private.is_person()
$$;

-- The caller's confirmed address; null when there is none.
create function private.confirmed_email() returns text
language sql stable security definer
set search_path = ''
as $$ select lower(email) from auth.users where id = auth.uid() and email_confirmed_at is not null and not is_anonymous $$;

-- What the caller is invited to by address: [{id, workspaceName, role, expiresAt}].
create function public.my_invitations() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'workspaceName', w.name, 'role', i.role, 'expiresAt', i.expires_at)
      order by i.id desc), '[]')
  from public.invitations i join public.workspaces w on w.id = i.workspace_id
  where i.email = (select private.confirmed_email()) and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
    and (select private.is_person())
$$;

-- By token, or (to an address) by id; exactly one of them. Once: of two at a time one is spent. Returns {outcome, workspaceId}.
create function public.accept_invitation(p_token_hash text default null, p_invitation_id text default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  if not private.is_person() then return jsonb_build_object('outcome', 'forbidden'); end if;
  select i.* into invitation from public.invitations i left join private.invitation_tokens t on t.invitation_id = i.id
  where (p_token_hash is not null and t.token_hash = p_token_hash)
     or (p_token_hash is null and i.id = p_invitation_id and i.email = private.confirmed_email());
  if invitation.id is null then return jsonb_build_object('outcome', 'not_found'); end if;
  perform from public.workspaces where id = invitation.workspace_id for update;
  -- Again, because another may have used it while this one waited.
  select * into invitation from public.invitations where id = invitation.id;
  if invitation.id is null then return jsonb_build_object('outcome', 'not_found'); end if;
  if exists (select from public.members where workspace_id = invitation.workspace_id and user_id = auth.uid()) then
    return jsonb_build_object('outcome', 'already_member', 'workspaceId', invitation.workspace_id);
  end if;
  if invitation.accepted_at is not null or invitation.revoked_at is not null or invitation.expires_at <= now() then
    return jsonb_build_object('outcome', 'spent');
  end if;
  if private.is_anonymous(auth.uid()) and (invitation.email is not null or invitation.role <> 'member') then
    return jsonb_build_object('outcome', 'anonymous');
  end if;
  if invitation.email is not null and invitation.email is distinct from private.confirmed_email() then
    return jsonb_build_object('outcome', 'forbidden');
  end if;
  update public.invitations set accepted_at = now(), accepted_by = auth.uid() where id = invitation.id;
  insert into public.members (workspace_id, user_id, role) values (invitation.workspace_id, auth.uid(), invitation.role);
  return jsonb_build_object('outcome', 'ok', 'workspaceId', invitation.workspace_id);
end
$$;

revoke all on function public.create_invitation(text, text, text, text, timestamptz), public.revoke_invitation(text, text),
  public.invitation_of_token(text), public.my_invitations(), public.accept_invitation(text, text)
  from public, anon, authenticated, service_role;
grant execute on function public.create_invitation(text, text, text, text, timestamptz), public.revoke_invitation(text, text),
  public.invitation_of_token(text), public.my_invitations(), public.accept_invitation(text, text) to authenticated;
