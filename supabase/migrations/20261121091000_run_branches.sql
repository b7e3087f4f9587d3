-- Runs form a tree: which run each comes after, and instead of which it is. And what they have cost.

alter table public.runs
  -- No references: the projection of a thread may be written in another order than its runs were made.
  add column parent_run_id text check (private.is_id(parent_run_id, 'run')),
  add column regenerates text check (private.is_id(regenerates, 'run')),
  add column replaces text check (private.is_id(replaces, 'run')),
  -- In millionths of a US dollar; null when the price of a model that was used is not known.
  add column cost_micro_usd bigint generated always as ((usage ->> 'costMicroUsd')::bigint) stored;

-- Until now each run came after the one before it, and a new try stood beside the first.
update public.runs r
set parent_run_id = (
  select p.id from public.runs p
  where p.thread_id = r.thread_id
    and p.queued_seq < coalesce((select t.queued_seq from public.runs t where t.id = r.retry_of), r.queued_seq)
  order by p.queued_seq desc limit 1
);

-- As before (20261121090300), with the place of each run in the tree.
-- p_runs: [{id, agentId, status, attempt, error, usage, queuedSeq, inputItemId, retryOf, parentRunId, regenerates, replaces, createdAt, finishedAt}]
create or replace function public.project_thread(p_thread_id text, p_items jsonb, p_runs jsonb, p_checkpoint_seq bigint) returns bigint
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  thread public.threads;
  is_newest boolean;
begin
  if p_thread_id is null or private.run_thread_id() is distinct from p_thread_id then
    raise exception 'this token may not write thread %', p_thread_id using errcode = '42501';
  end if;
  select * into thread from public.threads where id = p_thread_id for update;
  if not found then
    raise exception 'there is no thread %', p_thread_id using errcode = 'P0002';
  end if;
  if thread.user_id is distinct from auth.uid() then
    raise exception 'this token may not write thread %', p_thread_id using errcode = '42501';
  end if;
  if exists (select from public.items where thread_id <> p_thread_id
               and id in (select value ->> 'id' from jsonb_array_elements(p_items)))
     or exists (select from public.runs where thread_id <> p_thread_id
               and id in (select value ->> 'id' from jsonb_array_elements(p_runs))) then
    raise exception 'an item or run of another thread' using errcode = '42501';
  end if;
  is_newest := p_checkpoint_seq >= thread.checkpoint_seq;

  insert into public.runs as old (id, workspace_id, thread_id, user_id, agent_id, status, attempt, error, usage, queued_seq,
    input_item_id, retry_of, parent_run_id, regenerates, replaces, created_at, finished_at)
  select distinct on (new.value ->> 'id') r.id, thread.workspace_id, thread.id, thread.user_id, coalesce(r."agentId", thread.agent_id), r.status,
    coalesce(r.attempt, 0), r.error, r.usage, r."queuedSeq", r."inputItemId", r."retryOf", r."parentRunId", r.regenerates, r.replaces,
    coalesce(r."createdAt", now()), r."finishedAt"
  from jsonb_array_elements(p_runs) with ordinality as new (value, place),
    jsonb_to_record(new.value) as r (id text, "agentId" text, status text, attempt integer, error jsonb, usage jsonb, "queuedSeq" bigint,
      "inputItemId" text, "retryOf" text, "parentRunId" text, regenerates text, replaces text, "createdAt" timestamptz, "finishedAt" timestamptz)
  order by new.value ->> 'id', new.place desc
  on conflict (id) do update
    set status = excluded.status, attempt = excluded.attempt, error = excluded.error, usage = excluded.usage,
        agent_id = excluded.agent_id, finished_at = excluded.finished_at
    where old.thread_id = excluded.thread_id and is_newest;

  insert into public.items as old (id, workspace_id, thread_id, run_id, run_seq, seq, type, payload, created_at)
  select distinct on (new.value ->> 'id') i.id, thread.workspace_id, thread.id, i."runId", i."runSeq", i.seq, i.type, i.payload,
    coalesce(i."createdAt", now())
  from jsonb_array_elements(p_items) with ordinality as new (value, place),
    jsonb_to_record(new.value) as i (id text, "runId" text, "runSeq" bigint, seq bigint, type text, payload jsonb, "createdAt" timestamptz)
  order by new.value ->> 'id', new.place desc
  on conflict (id) do update
    set type = excluded.type, payload = excluded.payload
    where old.thread_id = excluded.thread_id and is_newest;

  if p_checkpoint_seq > thread.checkpoint_seq then
    update public.threads set checkpoint_seq = p_checkpoint_seq where id = p_thread_id;
  end if;
  return greatest(p_checkpoint_seq, thread.checkpoint_seq);
end
$$;

-- Runs of a workspace that have ended, newest first: the caller's own, and for owners and admins those of everybody, without
-- what was said. The page ends before (p_before, p_before_id); nulls mean the newest one.
create function public.workspace_runs(
  p_workspace_id text, p_statuses text[], p_limit integer, p_before timestamptz default null, p_before_id text default null
) returns table (id text, thread_id text, user_id uuid, agent_id text, status text, attempt integer, error_code text, usage jsonb,
  created_at timestamptz, finished_at timestamptz)
language sql stable security definer
set search_path = ''
as $$
  select r.id, case when r.user_id = auth.uid() then r.thread_id end, r.user_id, r.agent_id, r.status, r.attempt, r.error ->> 'code',
    r.usage, r.created_at, r.finished_at
  from public.runs r
  where r.workspace_id = p_workspace_id
    and p_workspace_id in (select private.my_workspaces())
    and private.run_thread_id() is null
    and (r.user_id = auth.uid() or p_workspace_id in (select private.my_workspaces(array['owner', 'admin'])))
    and (p_statuses is null or r.status = any (p_statuses))
    and (p_before is null or (r.created_at, r.id) < (p_before, p_before_id))
  order by r.created_at desc, r.id desc
  limit least(greatest(p_limit, 1), 101)
$$;
revoke all on function public.workspace_runs(text, text[], integer, timestamptz, text) from public, anon, authenticated, service_role;
grant execute on function public.workspace_runs(text, text[], integer, timestamptz, text) to authenticated;
