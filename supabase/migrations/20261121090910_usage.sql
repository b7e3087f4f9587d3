-- What every model call took, and what it cost. Nobody writes these tables directly, only `record_usage` does; a bill that
-- could be edited is none. Threads may be deleted, what they cost stays: so nothing here refers to them.
--
-- Totals are not summed from the calls: they stand in two roll-ups that grow with days, people, agents, models and threads,
-- and not with calls.

create table public.usage_entries (
  run_id text not null check (private.is_id(run_id, 'run')),
  call_id text not null check (char_length(call_id) between 1 and 200),
  workspace_id text not null references public.workspaces (id) on delete cascade,
  thread_id text not null,
  user_id uuid not null,
  agent_id text not null,
  model text not null check (char_length(model) between 1 and 200),
  at timestamptz not null,
  input_tokens bigint not null check (input_tokens >= 0),
  cached_input_tokens bigint not null check (cached_input_tokens >= 0),
  output_tokens bigint not null check (output_tokens >= 0),
  reasoning_tokens bigint not null check (reasoning_tokens >= 0),
  -- Null: nobody has said what the model costs.
  cost_micro_usd bigint check (cost_micro_usd >= 0),
  -- The day from which on the price holds, or of the list that it was taken from; null for what is free or has no price.
  price_date date,
  primary key (run_id, call_id)
);
create index usage_entries_workspace on public.usage_entries (workspace_id, at);

create table public.usage_days (
  workspace_id text not null references public.workspaces (id) on delete cascade,
  day date not null,
  user_id uuid not null,
  agent_id text not null,
  model text not null,
  calls bigint not null,
  unpriced_calls bigint not null,
  input_tokens bigint not null,
  cached_input_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  cost_micro_usd bigint not null,
  primary key (workspace_id, day, user_id, agent_id, model)
);

create table public.usage_thread_days (
  workspace_id text not null references public.workspaces (id) on delete cascade,
  thread_id text not null,
  day date not null,
  user_id uuid not null,
  calls bigint not null,
  unpriced_calls bigint not null,
  input_tokens bigint not null,
  cached_input_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  cost_micro_usd bigint not null,
  primary key (thread_id, day)
);
create index usage_thread_days_workspace on public.usage_thread_days (workspace_id, day);

-- Whose a deleted thread was, for a run of it that ends after it.
create table private.deleted_threads (
  thread_id text primary key,
  workspace_id text not null references public.workspaces (id) on delete cascade,
  user_id uuid not null,
  deleted_at timestamptz not null default now()
);
create index deleted_threads_workspace on private.deleted_threads (workspace_id);
create function private.remember_deleted_thread() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from private.deleted_threads where deleted_at < now() - interval '7 days';
  insert into private.deleted_threads (thread_id, workspace_id, user_id)
  select old.id, old.workspace_id, old.user_id
  where exists (select from public.workspaces where id = old.workspace_id)
  on conflict (thread_id) do nothing;
  return old;
end
$$;
create trigger remember_deleted_thread after delete on public.threads
  for each row execute function private.remember_deleted_thread();

alter table public.usage_entries enable row level security;
alter table public.usage_entries force row level security;
alter table public.usage_days enable row level security;
alter table public.usage_days force row level security;
alter table public.usage_thread_days enable row level security;
alter table public.usage_thread_days force row level security;
revoke all on public.usage_entries, public.usage_days, public.usage_thread_days from anon, authenticated, service_role;
grant select on public.usage_entries, public.usage_days, public.usage_thread_days to authenticated, service_role;

create policy "read: one's own, owners and admins all" on public.usage_entries for select to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin']))
         or (user_id = (select auth.uid()) and workspace_id in (select private.my_workspaces())));
create policy "read: one's own, owners and admins all" on public.usage_days for select to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin']))
         or (user_id = (select auth.uid()) and workspace_id in (select private.my_workspaces())));
create policy "read: one's own, owners and admins all" on public.usage_thread_days for select to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin']))
         or (user_id = (select auth.uid()) and workspace_id in (select private.my_workspaces())));
create policy "read: no runs" on public.usage_entries as restrictive for select to authenticated
  using ((select private.run_thread_id()) is null);
create policy "read: no runs" on public.usage_days as restrictive for select to authenticated
  using ((select private.run_thread_id()) is null);
create policy "read: no runs" on public.usage_thread_days as restrictive for select to authenticated
  using ((select private.run_thread_id()) is null);

-- The one way into the ledger: the model calls of a run, once each by (run, call), with the roll-ups in one transaction.
--
-- Allowed only to a token that the platform minted for this very thread (claim `troupe_thread_id`) and its owner (`sub`),
-- for a week also when the thread has been deleted.
-- p_entries: [{callId, agentId, model, at, inputTokens, cachedInputTokens, outputTokens, reasoningTokens, costMicroUsd, priceDate}]
-- Errors:    42501 not allowed, P0002 no such thread.
-- Returns how many of the calls were new.
create function public.record_usage(p_thread_id text, p_run_id text, p_entries jsonb) returns integer
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  owner record;
  recorded integer;
begin
  if p_thread_id is null or private.run_thread_id() is distinct from p_thread_id then
    raise exception 'this token may not record usage of thread %', p_thread_id using errcode = '42501';
  end if;
  select t.workspace_id, t.user_id into owner from public.threads t where t.id = p_thread_id
  union all
  select d.workspace_id, d.user_id from private.deleted_threads d where d.thread_id = p_thread_id
  limit 1;
  if not found then
    raise exception 'there is no thread %', p_thread_id using errcode = 'P0002';
  end if;
  if owner.user_id is distinct from auth.uid() then
    raise exception 'this token may not record usage of thread %', p_thread_id using errcode = '42501';
  end if;

  with added as (
    insert into public.usage_entries (run_id, call_id, workspace_id, thread_id, user_id, agent_id, model, at, input_tokens,
      cached_input_tokens, output_tokens, reasoning_tokens, cost_micro_usd, price_date)
    select p_run_id, e."callId", owner.workspace_id, p_thread_id, owner.user_id, e."agentId", e.model, e.at, e."inputTokens",
      e."cachedInputTokens", e."outputTokens", e."reasoningTokens", e."costMicroUsd", e."priceDate"
    from jsonb_to_recordset(p_entries) as e ("callId" text, "agentId" text, model text, at timestamptz, "inputTokens" bigint,
      "cachedInputTokens" bigint, "outputTokens" bigint, "reasoningTokens" bigint, "costMicroUsd" bigint, "priceDate" date)
    on conflict (run_id, call_id) do nothing
    returning *, (at at time zone 'UTC')::date as day
  ), days as (
    insert into public.usage_days as old (workspace_id, day, user_id, agent_id, model, calls, unpriced_calls, input_tokens,
      cached_input_tokens, output_tokens, reasoning_tokens, cost_micro_usd)
    select workspace_id, day, user_id, agent_id, model, count(*), count(*) filter (where cost_micro_usd is null), sum(input_tokens),
      sum(cached_input_tokens), sum(output_tokens), sum(reasoning_tokens), coalesce(sum(cost_micro_usd), 0)
    from added group by workspace_id, day, user_id, agent_id, model
    order by day, agent_id, model
    on conflict (workspace_id, day, user_id, agent_id, model) do update set
      calls = old.calls + excluded.calls, unpriced_calls = old.unpriced_calls + excluded.unpriced_calls,
      input_tokens = old.input_tokens + excluded.input_tokens,
      cached_input_tokens = old.cached_input_tokens + excluded.cached_input_tokens,
      output_tokens = old.output_tokens + excluded.output_tokens,
      reasoning_tokens = old.reasoning_tokens + excluded.reasoning_tokens,
      cost_micro_usd = old.cost_micro_usd + excluded.cost_micro_usd
  ), thread_days as (
    insert into public.usage_thread_days as old (workspace_id, thread_id, day, user_id, calls, unpriced_calls, input_tokens,
      cached_input_tokens, output_tokens, reasoning_tokens, cost_micro_usd)
    select workspace_id, thread_id, day, user_id, count(*), count(*) filter (where cost_micro_usd is null), sum(input_tokens),
      sum(cached_input_tokens), sum(output_tokens), sum(reasoning_tokens), coalesce(sum(cost_micro_usd), 0)
    from added group by workspace_id, thread_id, day, user_id
    order by day
    on conflict (thread_id, day) do update set
      calls = old.calls + excluded.calls, unpriced_calls = old.unpriced_calls + excluded.unpriced_calls,
      input_tokens = old.input_tokens + excluded.input_tokens,
      cached_input_tokens = old.cached_input_tokens + excluded.cached_input_tokens,
      output_tokens = old.output_tokens + excluded.output_tokens,
      reasoning_tokens = old.reasoning_tokens + excluded.reasoning_tokens,
      cost_micro_usd = old.cost_micro_usd + excluded.cost_micro_usd
  )
  select count(*) into recorded from added;
  return recorded;
end
$$;
revoke all on function public.record_usage(text, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.record_usage(text, text, jsonb) to authenticated;

-- Totals of a workspace from a day to a day, both included, by `day`, `agent`, `user`, `model` or `thread`. Security invoker:
-- members see their own, owners and admins all. Days come in order, the others dearest first; the page begins after
-- (p_after_cost, p_after_key), nulls mean the first one.
create function public.usage_totals(p_workspace_id text, p_by text, p_from date, p_to date, p_limit integer,
  p_after_cost bigint default null, p_after_key text default null)
returns table (key text, calls bigint, unpriced_calls bigint, input_tokens bigint, cached_input_tokens bigint,
  output_tokens bigint, reasoning_tokens bigint, cost_micro_usd bigint)
language sql stable security invoker
set search_path = ''
as $$
  with rows as (
    select case p_by when 'day' then to_char(d.day, 'YYYY-MM-DD') when 'agent' then d.agent_id when 'user' then d.user_id::text
             else d.model end as key,
           d.calls, d.unpriced_calls, d.input_tokens, d.cached_input_tokens, d.output_tokens, d.reasoning_tokens, d.cost_micro_usd
    from public.usage_days d
    where p_by <> 'thread' and d.workspace_id = p_workspace_id and d.day between p_from and p_to
    union all
    select t.thread_id, t.calls, t.unpriced_calls, t.input_tokens, t.cached_input_tokens, t.output_tokens, t.reasoning_tokens,
           t.cost_micro_usd
    from public.usage_thread_days t
    where p_by = 'thread' and t.workspace_id = p_workspace_id and t.day between p_from and p_to
  ), totals as (
    select rows.key, sum(rows.calls)::bigint as calls, sum(rows.unpriced_calls)::bigint as unpriced_calls,
      sum(rows.input_tokens)::bigint as input_tokens, sum(rows.cached_input_tokens)::bigint as cached_input_tokens,
      sum(rows.output_tokens)::bigint as output_tokens, sum(rows.reasoning_tokens)::bigint as reasoning_tokens,
      sum(rows.cost_micro_usd)::bigint as cost_micro_usd
    from rows group by rows.key
  )
  select * from totals t
  where p_after_key is null
     or (p_by = 'day' and t.key collate "C" > p_after_key)
     or (p_by <> 'day' and (t.cost_micro_usd < p_after_cost or (t.cost_micro_usd = p_after_cost and t.key collate "C" > p_after_key)))
  order by case when p_by <> 'day' then t.cost_micro_usd end desc nulls last, t.key collate "C"
  limit least(greatest(p_limit, 1), 500)
$$;
revoke all on function public.usage_totals(text, text, date, date, integer, bigint, text) from public, anon, authenticated, service_role;
grant execute on function public.usage_totals(text, text, date, date, integer, bigint, text) to authenticated;

-- What one thread took, all days together. No row for a thread that the caller may not see or that took nothing yet.
create function public.thread_usage(p_thread_id text)
returns table (calls bigint, unpriced_calls bigint, input_tokens bigint, cached_input_tokens bigint, output_tokens bigint,
  reasoning_tokens bigint, cost_micro_usd bigint)
language sql stable security invoker
set search_path = ''
as $$
  select sum(t.calls)::bigint, sum(t.unpriced_calls)::bigint, sum(t.input_tokens)::bigint, sum(t.cached_input_tokens)::bigint,
    sum(t.output_tokens)::bigint, sum(t.reasoning_tokens)::bigint, sum(t.cost_micro_usd)::bigint
  from public.usage_thread_days t where t.thread_id = p_thread_id having count(*) > 0
$$;
revoke all on function public.thread_usage(text) from public, anon, authenticated, service_role;
grant execute on function public.thread_usage(text) to authenticated;

-- What the ledger has of a budget's scope since a day (null: ever), for a counter that begins. Security definer, because a
-- member is bound by what others have spent; it says nothing but the sum, and only to members.
-- Null when there is no such budget for the caller.
create function public.budget_spent(p_budget_id text, p_since date) returns bigint
language sql stable security definer
set search_path = ''
as $$
  select (select coalesce(sum(d.cost_micro_usd), 0)::bigint from public.usage_days d
          where d.workspace_id = b.workspace_id and d.day >= coalesce(p_since, '-infinity'::date)
            and (b.user_id is null or d.user_id = b.user_id) and (b.agent_id is null or d.agent_id = b.agent_id))
  from public.budgets b
  where b.id = p_budget_id and b.workspace_id in (select private.my_workspaces())
    and (b.user_id is null or b.user_id = auth.uid() or b.workspace_id in (select private.my_workspaces(array['owner', 'admin'])))
$$;
revoke all on function public.budget_spent(text, date) from public, anon, authenticated, service_role;
grant execute on function public.budget_spent(text, date) to authenticated;
