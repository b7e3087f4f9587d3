-- API keys: other software acts through one as the member who made it, in one workspace, and never as an owner. It ends when it
-- is revoked, when its time is over, and when that member leaves. The secret's SHA-256 is out of reach of the API.

create table public.api_keys (
  id text primary key check (private.is_id(id, 'key')),
  workspace_id text not null references public.workspaces (id) on delete cascade,
  created_by uuid not null references auth.users (id) on delete cascade,
  name text not null check (char_length(btrim(name)) between 1 and 80),
  -- read: look. run: threads and runs. manage: whatever an admin may change.
  scopes text[] not null check (cardinality(scopes) between 1 and 3 and scopes <@ array['read', 'run', 'manage']),
  last_four text not null check (char_length(last_four) = 4),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_list on public.api_keys (workspace_id, id desc);
create index api_keys_created_by on public.api_keys (created_by);

create table private.api_key_hashes (
  api_key_id text primary key references public.api_keys (id) on delete cascade,
  hash text not null check (hash ~ '^[0-9a-f]{64}$')
);

alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;
revoke all on public.api_keys from anon, authenticated, service_role;
grant select on public.api_keys to authenticated, service_role;
create policy "read: owners and admins" on public.api_keys for select to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));
create policy "read: no runs" on public.api_keys as restrictive for select to authenticated
  using ((select private.run_thread_id()) is null);

create function private.audit_api_keys() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform private.audit(new.workspace_id, 'api_key.created', new.id,
      jsonb_strip_nulls(jsonb_build_object('name', new.name, 'scopes', new.scopes, 'expiresAt', new.expires_at)));
  elsif new.revoked_at is not null and old.revoked_at is null then
    perform private.audit(new.workspace_id, 'api_key.revoked', new.id, jsonb_build_object('name', new.name));
  end if;
  return null;
end
$$;
create trigger audit after insert or update on public.api_keys for each row execute function private.audit_api_keys();

-- Returns {outcome, apiKey}.
create function public.create_api_key(p_id text, p_workspace_id text, p_name text, p_scopes text[], p_hash text, p_last_four text,
  p_expires_at timestamptz default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  mine text := private.lock_workspace(p_workspace_id);
  made public.api_keys;
begin
  if mine is null then return jsonb_build_object('outcome', 'not_found'); end if;
  if mine = 'member' or not private.is_person() then return jsonb_build_object('outcome', 'forbidden'); end if;
  if private.is_anonymous(auth.uid()) then return jsonb_build_object('outcome', 'anonymous'); end if;
  if (select count(*) from public.api_keys where workspace_id = p_workspace_id and revoked_at is null) >= 100 then
    return jsonb_build_object('outcome', 'limit');
  end if;
  insert into public.api_keys (id, workspace_id, created_by, name, scopes, last_four, expires_at)
  values (p_id, p_workspace_id, auth.uid(), p_name, p_scopes, p_last_four, p_expires_at)
  returning * into made;
  insert into private.api_key_hashes (api_key_id, hash) values (made.id, p_hash);
  return jsonb_build_object('outcome', 'ok', 'apiKey', to_jsonb(made));
end
$$;

-- Revoking again is ok.
create function public.revoke_api_key(p_workspace_id text, p_api_key_id text) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  mine text := private.lock_workspace(p_workspace_id);
begin
  if mine is null then return 'not_found'; end if;
  if mine = 'member' or not private.is_person() then return 'forbidden'; end if;
  if not exists (select from public.api_keys where id = p_api_key_id and workspace_id = p_workspace_id) then return 'not_found'; end if;
  update public.api_keys set revoked_at = now() where id = p_api_key_id and revoked_at is null;
  return 'ok';
end
$$;

-- For the platform's door only: whom a key that is good stands for, and the hash to compare with:
-- {hash, workspaceId, userId, scopes, expiresAt, lastUsedAt}. Null when there is none, it has ended, or its member has left.
create function public.find_api_key(p_api_key_id text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object('hash', h.hash, 'workspaceId', k.workspace_id, 'userId', k.created_by, 'scopes', to_jsonb(k.scopes),
    'expiresAt', k.expires_at, 'lastUsedAt', k.last_used_at)
  from public.api_keys k
    join private.api_key_hashes h on h.api_key_id = k.id
    join public.members m on m.workspace_id = k.workspace_id and m.user_id = k.created_by
  where k.id = p_api_key_id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
    and private.is_system('api_keys')
$$;

create function public.touch_api_key(p_api_key_id text) returns void
language sql volatile security definer
set search_path = ''
as $$ update public.api_keys set last_used_at = now() where id = p_api_key_id and private.is_system('api_keys') $$;

revoke all on function public.create_api_key(text, text, text, text[], text, text, timestamptz), public.revoke_api_key(text, text),
  public.find_api_key(text), public.touch_api_key(text) from public, anon, authenticated, service_role;
grant execute on function public.create_api_key(text, text, text, text[], text, text, timestamptz), public.revoke_api_key(text, text),
  public.find_api_key(text), public.touch_api_key(text) to authenticated;
