-- A page of a thread's settled items, newest first to be found, oldest first to be read, with the runs they belong to and
-- those between them; the newest page also has the run that the log's tail comes after. Security invoker: row level security decides what there is. One request instead of three.
--
-- The page ends before (p_before_run_seq, p_before_seq); nulls mean the newest page.
-- Returns {thread, checkpointSeq, items: [payload], runs, olderCursor: {runSeq, seq} | null}, or null for a thread that the caller cannot see.
create function public.open_thread(p_thread_id text, p_limit integer, p_before_run_seq bigint default null, p_before_seq bigint default null)
returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  with page as (
    select id, run_seq, seq, payload from public.items
    where thread_id = p_thread_id
      and (p_before_run_seq is null or (run_seq, seq) < (p_before_run_seq, p_before_seq))
    order by run_seq desc, seq desc
    limit least(greatest(p_limit, 1), 500)
  ),
  oldest as (select run_seq, seq from page order by run_seq, seq limit 1),
  older as (
    select exists (select from public.items i, oldest
                   where i.thread_id = p_thread_id and (i.run_seq, i.seq) < (oldest.run_seq, oldest.seq)) as more
  )
  select jsonb_build_object(
    'thread', to_jsonb(t) - 'checkpoint_seq' - 'user_id',
    'checkpointSeq', t.checkpoint_seq,
    'items', (select coalesce(jsonb_agg(payload order by run_seq, seq), '[]') from page),
    'runs', (select coalesce(jsonb_agg(to_jsonb(r) order by r.queued_seq), '[]') from public.runs r
             where r.thread_id = p_thread_id
               and (not (select more from older) or r.queued_seq >= (select run_seq from oldest)
                    -- What comes next in the log comes after this one, also when its items are not on the page.
                    or (p_before_run_seq is null and r.queued_seq = (
                      select max(b.queued_seq) from public.runs b
                      where b.thread_id = p_thread_id and b.queued_seq <= t.checkpoint_seq)))
               and (p_before_run_seq is null or r.queued_seq <= p_before_run_seq)),
    'olderCursor', case when (select more from older)
                     then (select jsonb_build_object('runSeq', run_seq, 'seq', seq) from oldest) end)
  from public.threads t
  where t.id = p_thread_id
$$;
revoke all on function public.open_thread(text, integer, bigint, bigint) from public, anon, authenticated, service_role;
grant execute on function public.open_thread(text, integer, bigint, bigint) to authenticated;
