-- Keys of model providers: one of each provider for a workspace, and one for each of its members who has their own. What is
-- kept is sealed by the platform's vault (core/ports/vault.ts) and out of reach of the API; only the platform's own tokens are
-- given it, by functions that ask who the user is.

create table public.credentials (
  id text primary key default public.troupe_id('crd') check (private.is_id(id, 'crd')),
  workspace_id text not null references public.workspaces (id) on delete cascade,
  -- Whose own it is; null: the workspace's.
  user_id uuid references auth.users (id) on delete cascade,
  provider text not null
    check (provider in ('openai', 'azure', 'anthropic', 'google', 'huggingface', 'ollama', 'openai-compatible')),
  label text check (char_length(label) between 1 and 80),
  base_url text check (char_length(base_url) between 1 and 500),
  last_four text check (char_length(last_four) = 4),
  status text not null check (status in ('valid', 'refused')),
  validated_at timestamptz not null default now(),
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  constraint credentials_one_each unique nulls not distinct (workspace_id, provider, user_id)
);
create index credentials_user on public.credentials (user_id);

create table private.credential_secrets (
  credential_id text primary key references public.credentials (id) on delete cascade,
  ciphertext text not null check (char_length(ciphertext) between 1 and 20000),
  key_id text not null check (char_length(key_id) between 1 and 500)
);

alter table public.credentials enable row level security;
alter table public.credentials force row level security;
revoke all on public.credentials from anon, authenticated, service_role;
grant select on public.credentials to authenticated, service_role;
create policy "read: one's own; owners and admins the workspace's" on public.credentials for select to authenticated
  using (workspace_id in (select private.my_workspaces()) and (user_id = (select auth.uid())
    or (user_id is null and workspace_id in (select private.my_workspaces(array['owner', 'admin'])))));
create policy "read: no runs" on public.credentials as restrictive for select to authenticated
  using ((select private.run_thread_id()) is null);

create function private.audit_credentials() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    perform private.audit(old.workspace_id, 'credential.removed', old.id,
      jsonb_build_object('provider', old.provider, 'ownKey', old.user_id is not null));
  else
    perform private.audit(new.workspace_id, 'credential.added', new.id, jsonb_strip_nulls(jsonb_build_object(
      'provider', new.provider, 'ownKey', new.user_id is not null, 'label', new.label, 'baseUrl', new.base_url)));
  end if;
  return null;
end
$$;
create trigger audit after insert or delete on public.credentials for each row execute function private.audit_credentials();

-- Whether the platform itself asks in the name of its caller, and not somebody with a token of their own.
create function private.is_platform() returns boolean
language sql stable
set search_path = ''
as $$ select coalesce(auth.jwt() ->> 'troupe_access' = 'platform' and auth.jwt() ->> 'troupe_thread_id' is null, false) $$;

-- Whether the caller may change a key: everybody their own, owners and admins the workspace's. Only the platform asks: it has
-- asked the provider about the key, and sealed it.
create function private.may_change_credential(p_workspace_id text, p_user_id uuid) returns boolean
language sql stable security definer
set search_path = ''
as $$
  select private.is_platform() and case
    when p_user_id is null then p_workspace_id in (select private.my_workspaces(array['owner', 'admin']))
    else p_user_id = auth.uid() and p_workspace_id in (select private.my_workspaces())
  end
$$;

-- Keeps a credential instead of the one of the same workspace, provider and person: `ok`, `forbidden` or `not_found`.
-- p_sealed: {ciphertext, keyId}, or null for a server that asks for no key.
create function public.put_credential(p_id text, p_workspace_id text, p_user_id uuid, p_provider text, p_label text, p_base_url text,
  p_last_four text, p_validated_at timestamptz, p_sealed jsonb) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if private.lock_workspace(p_workspace_id) is null then return 'not_found'; end if;
  if not private.may_change_credential(p_workspace_id, p_user_id) then return 'forbidden'; end if;
  delete from public.credentials
  where workspace_id = p_workspace_id and provider = p_provider and user_id is not distinct from p_user_id;
  insert into public.credentials (id, workspace_id, user_id, provider, label, base_url, last_four, status, validated_at)
  values (p_id, p_workspace_id, p_user_id, p_provider, p_label, p_base_url, p_last_four, 'valid', p_validated_at);
  if p_sealed is not null then
    insert into private.credential_secrets (credential_id, ciphertext, key_id)
    values (p_id, p_sealed ->> 'ciphertext', p_sealed ->> 'keyId');
  end if;
  return 'ok';
end
$$;

-- The credential, if the caller may see it; null if not. Errors: 42501 when they may not change it.
create function private.credential_to_change(p_id text) returns public.credentials
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  found_one public.credentials;
begin
  select * into found_one from public.credentials
  where id = p_id and workspace_id in (select private.my_workspaces()) and (user_id = auth.uid() or user_id is null) for update;
  if found_one.id is not null and not private.may_change_credential(found_one.workspace_id, found_one.user_id) then
    raise exception 'this caller may not change credential %', p_id using errcode = '42501';
  end if;
  return found_one;
end
$$;

-- Null when there is no such credential for the caller.
create function public.set_credential_status(p_id text, p_status text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  changed public.credentials := private.credential_to_change(p_id);
begin
  update public.credentials set status = p_status, validated_at = now() where id = changed.id returning * into changed;
  return case when changed.id is null then null else to_jsonb(changed) end;
end
$$;

create function public.remove_credential(p_id text) returns boolean
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  removed public.credentials := private.credential_to_change(p_id);
begin
  delete from public.credentials where id = removed.id;
  return removed.id is not null;
end
$$;

-- [{provider, origin, isCustomServer}]: what a member can work with, without seeing the keys.
create function public.credential_providers(p_workspace_id text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('provider', provider, 'isCustomServer', base_url is not null,
    'origin', case when user_id is null then 'workspace' else 'user' end) order by provider, user_id nulls last), '[]')
  from public.credentials
  where workspace_id = p_workspace_id and workspace_id in (select private.my_workspaces())
    and (user_id is null or user_id = auth.uid())
$$;

create function private.sealed_credential(c public.credentials) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object('credentialId', c.id, 'workspaceId', c.workspace_id, 'userId', c.user_id, 'provider', c.provider,
    'baseUrl', c.base_url, 'sealed', (select jsonb_build_object('ciphertext', s.ciphertext, 'keyId', s.key_id)
      from private.credential_secrets s where s.credential_id = c.id))
$$;

-- For the platform only: the caller's own key of a provider and then the workspace's, sealed. Notes the use of the first, once a
-- minute at most. [{credentialId, workspaceId, userId, provider, baseUrl, sealed: {ciphertext, keyId} | null}]
create function public.sealed_credentials(p_workspace_id text, p_provider text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if not private.is_platform() then
    raise exception 'only the platform is given keys' using errcode = '42501';
  end if;
  update public.credentials set last_used_at = now()
  where (last_used_at is null or last_used_at < now() - interval '1 minute') and id = (
    select id from public.credentials
    where workspace_id = p_workspace_id and provider = p_provider and (user_id = auth.uid() or user_id is null)
      and workspace_id in (select private.my_workspaces())
    order by user_id nulls last limit 1);
  return (
    select coalesce(jsonb_agg(private.sealed_credential(c) order by c.user_id nulls last), '[]') from public.credentials c
    where c.workspace_id = p_workspace_id and c.provider = p_provider and (c.user_id = auth.uid() or c.user_id is null)
      and c.workspace_id in (select private.my_workspaces()));
end
$$;

-- The same of one credential that the caller may change; null when there is none for them.
create function public.sealed_credential(p_id text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  found_one public.credentials := private.credential_to_change(p_id);
begin
  return case when found_one.id is null then null else private.sealed_credential(found_one) end;
end
$$;

-- For the rotation of the vault's keys: what is not yet under the key, in the order of ids.
create function public.credentials_not_under(p_key_id text, p_after text, p_limit integer) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(sealed order by id), '[]') from (
    select c.id, private.sealed_credential(c) as sealed
    from public.credentials c join private.credential_secrets s on s.credential_id = c.id
    where private.is_system('vault_rotation') and s.key_id <> p_key_id and c.id > coalesce(p_after, '')
    order by c.id limit p_limit) as page
$$;

-- False when the credential holds another text by now, or is gone.
create function public.replace_sealed_credential(p_id text, p_old_ciphertext text, p_sealed jsonb) returns boolean
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if not private.is_system('vault_rotation') then
    raise exception 'only the rotation of the vault may do this' using errcode = '42501';
  end if;
  update private.credential_secrets set ciphertext = p_sealed ->> 'ciphertext', key_id = p_sealed ->> 'keyId'
  where credential_id = p_id and ciphertext = p_old_ciphertext;
  return found;
end
$$;

revoke all on function public.put_credential(text, text, uuid, text, text, text, text, timestamptz, jsonb),
  public.set_credential_status(text, text), public.remove_credential(text), public.credential_providers(text),
  public.sealed_credentials(text, text), public.sealed_credential(text), public.credentials_not_under(text, text, integer),
  public.replace_sealed_credential(text, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.put_credential(text, text, uuid, text, text, text, text, timestamptz, jsonb),
  public.set_credential_status(text, text), public.remove_credential(text), public.credential_providers(text),
  public.sealed_credentials(text, text), public.sealed_credential(text), public.credentials_not_under(text, text, integer),
  public.replace_sealed_credential(text, text, jsonb) to authenticated;
