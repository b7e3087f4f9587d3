-- An invitation to an address is told by mail, where the deployment can send any. The row itself says what is to be sent: it is
-- written with the invitation, and whoever sends takes it for some minutes. The mail holds no secret: only the account with the
-- address can accept, from its own list.

alter table public.invitations
  add column mail text check (mail in ('queued', 'sent', 'failed')),
  add column mail_tries integer not null default 0,
  add column mail_due_at timestamptz;
create index invitations_mail_due on public.invitations (mail_due_at) where mail = 'queued';

-- Who has had mails sent, and when. Apart from the invitations, which go with their workspace.
create table private.invitation_mails (
  user_id uuid not null references auth.users (id) on delete cascade,
  created_at timestamptz not null default now()
);
create index invitation_mails_user on private.invitation_mails (user_id, created_at);

-- Whether the caller may have one more mail sent: through the platform only, and 50 of them a day. Notes it.
create function private.take_invitation_mail() returns boolean
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if not private.is_platform() then return false; end if;
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('invitation mails ' || auth.uid(), 0));
  delete from private.invitation_mails where user_id = auth.uid() and created_at <= now() - interval '1 day';
  if (select count(*) from private.invitation_mails where user_id = auth.uid()) >= 50 then return false; end if;
  insert into private.invitation_mails (user_id) values (auth.uid());
  return true;
end
$$;

-- As in keys_and_repeats; with p_mail the invitation is told to its address, if the caller may have more mails sent: `mail` of
-- the invitation says it. Returns {outcome, invitation}.
drop function public.create_invitation(text, text, text, text, timestamptz, text);
create function public.create_invitation(p_workspace_id text, p_email text, p_role text, p_token_hash text, p_expires_at timestamptz,
  p_id text default null, p_mail boolean default false) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  mine text := private.lock_workspace(p_workspace_id);
  address text := lower(p_email);
  is_told boolean := false;
  made public.invitations;
begin
  if mine is null then return jsonb_build_object('outcome', 'not_found'); end if;
  if mine = 'member' then return jsonb_build_object('outcome', 'forbidden'); end if;
  if p_role is distinct from 'member' and not private.is_person() then return jsonb_build_object('outcome', 'forbidden'); end if;
  if private.is_anonymous(auth.uid()) then return jsonb_build_object('outcome', 'anonymous'); end if;
  if address !~ '^[^\s<>",;@]+@[^\s<>",;@]+$' then
    raise exception 'this is no address' using errcode = '23514';
  end if;
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
  if p_mail and address is not null then
    is_told := private.take_invitation_mail();
  end if;
  insert into public.invitations (id, workspace_id, email, role, invited_by, api_key_id, expires_at, mail, mail_due_at)
  values (coalesce(p_id, public.troupe_id('inv')), p_workspace_id, address, p_role, auth.uid(), private.api_key_id(),
    least(p_expires_at, now() + interval '30 days', (select k.expires_at from public.api_keys k where k.id = private.api_key_id())),
    case when is_told then 'queued' end, case when is_told then now() end)
  returning * into made;
  insert into private.invitation_tokens (token_hash, invitation_id) values (p_token_hash, made.id);
  return jsonb_build_object('outcome', 'ok', 'invitation', to_jsonb(made));
end
$$;
revoke all on function public.create_invitation(text, text, text, text, timestamptz, text, boolean) from public, anon, authenticated, service_role;
grant execute on function public.create_invitation(text, text, text, text, timestamptz, text, boolean) to authenticated;

-- For the platform itself only: takes mails that are due, so that of two senders one has each, and comes back to those of which
-- nothing is heard, later each time. [{id, email, role, workspaceName, inviterName, expiresAt}]
create function public.claim_invitation_mails(p_limit integer) returns jsonb
language sql volatile security definer
set search_path = ''
as $$
  with due as (
    select id from public.invitations
    where mail = 'queued' and mail_due_at <= now() and private.is_system('mails')
    order by mail_due_at limit least(greatest(p_limit, 1), 100)
    for update skip locked
  ), claimed as (
    update public.invitations i
    set mail_tries = mail_tries + 1, mail_due_at = now() + least(power(2, mail_tries), 60) * interval '1 minute',
        mail = case when i.accepted_at is not null or i.revoked_at is not null or i.expires_at <= now() or i.mail_tries >= 12
                    then 'failed' else i.mail end
    from due where i.id = due.id
    returning i.*
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'email', c.email, 'role', c.role, 'workspaceName', w.name,
      'inviterName', p.name, 'expiresAt', c.expires_at) order by c.id), '[]')
  from claimed c
    join public.workspaces w on w.id = c.workspace_id
    left join public.profiles p on p.id = c.invited_by
  where c.mail = 'queued'
$$;

create function public.finish_invitation_mail(p_id text, p_outcome text) returns void
language sql volatile security definer
set search_path = ''
as $$ update public.invitations set mail = p_outcome where id = p_id and mail = 'queued' and private.is_system('mails') $$;

revoke all on function public.claim_invitation_mails(integer), public.finish_invitation_mail(text, text)
  from public, anon, authenticated, service_role;
grant execute on function public.claim_invitation_mails(integer), public.finish_invitation_mail(text, text) to authenticated;
