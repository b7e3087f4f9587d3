-- The one way into `runs` and `items`: what has settled in a thread's log, in one transaction.
--
-- Allowed only to a token that the platform minted for this very thread (claim `troupe_thread_id`) and its owner (`sub`).
-- The same call again changes nothing. A call from an older view (a lower checkpoint) adds what is missing and overwrites
-- nothing, so a late worker cannot take back what a newer one wrote. The checkpoint never goes back.
--
-- p_items: [{id, runId, runSeq, seq, type, payload, createdAt}]
-- p_runs:  [{id, agentId, status, attempt, error, usage, queuedSeq, inputItemId, retryOf, createdAt, finishedAt}]
-- Errors:  42501 not allowed, P0002 no such thread (it has been deleted), 23503 an item of a run that was never projected.
-- Returns the thread's checkpoint.
create function public.project_thread(p_thread_id text, p_items jsonb, p_runs jsonb, p_checkpoint_seq bigint) returns bigint
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
    input_item_id, retry_of, created_at, finished_at)
  select distinct on (new.value ->> 'id') r.id, thread.workspace_id, thread.id, thread.user_id, coalesce(r."agentId", thread.agent_id), r.status,
    coalesce(r.attempt, 0), r.error, r.usage, r."queuedSeq", r."inputItemId", r."retryOf", coalesce(r."createdAt", now()), r."finishedAt"
  from jsonb_array_elements(p_runs) with ordinality as new (value, place),
    jsonb_to_record(new.value) as r (id text, "agentId" text, status text, attempt integer, error jsonb, usage jsonb, "queuedSeq" bigint,
      "inputItemId" text, "retryOf" text, "createdAt" timestamptz, "finishedAt" timestamptz)
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
revoke all on function public.project_thread(text, jsonb, jsonb, bigint) from public, anon, authenticated, service_role;
grant execute on function public.project_thread(text, jsonb, jsonb, bigint) to authenticated;
