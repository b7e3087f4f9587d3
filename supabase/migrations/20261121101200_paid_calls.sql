-- Every call that was paid is in the ledger, also where nobody has said what it took, and with whose key it was paid. Totals by thread
-- are kept by month as well, so that the dearest of a month are read from an index and not added up.

alter table public.usage_entries
  add column key_of text check (key_of in ('user', 'workspace', 'platform')),
  add column is_estimate boolean not null default false;
alter table public.usage_days add column estimated_calls bigint not null default 0;
alter table public.usage_thread_days add column estimated_calls bigint not null default 0;

create table public.usage_thread_months (
  workspace_id text not null references public.workspaces (id) on delete cascade,
  thread_id text not null,
  -- Its first day.
  month date not null,
  user_id uuid not null,
  calls bigint not null,
  unpriced_calls bigint not null,
  input_tokens bigint not null,
  cached_input_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  cost_micro_usd bigint not null,
  estimated_calls bigint not null default 0,
  primary key (thread_id, month)
);
-- The dearest first; the id decides between equals. Once for owners and admins, who see all, and once for everybody's own.
create index usage_thread_months_dearest on public.usage_thread_months
  (workspace_id, month, (- cost_micro_usd), (thread_id collate "C"));
create index usage_thread_months_own on public.usage_thread_months
  (workspace_id, user_id, month, (- cost_micro_usd), (thread_id collate "C"));
insert into public.usage_thread_months
select workspace_id, thread_id, date_trunc('month', day)::date, user_id, sum(calls), sum(unpriced_calls), sum(input_tokens),
  sum(cached_input_tokens), sum(output_tokens), sum(reasoning_tokens), sum(cost_micro_usd), sum(estimated_calls)
from public.usage_thread_days group by 1, 2, 3, 4;

alter table public.usage_thread_months enable row level security;
alter table public.usage_thread_months force row level security;
revoke all on public.usage_thread_months from anon, authenticated, service_role;
grant select on public.usage_thread_months to authenticated, service_role;
create policy "read: one's own, owners and admins all" on public.usage_thread_months for select to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin']))
         or (user_id = (select auth.uid()) and workspace_id in (select private.my_workspaces())));
create policy "read: no runs" on public.usage_thread_months as restrictive for select to authenticated
  using ((select private.run_thread_id()) is null);

-- As before, and with months, keys and estimates:
-- p_entries: [{callId, agentId, model, keyOf, at, isEstimate, inputTokens, cachedInputTokens, outputTokens, reasoningTokens,
--              costMicroUsd, priceDate}]
create or replace function public.record_usage(p_thread_id text, p_run_id text, p_entries jsonb) returns integer
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
      cached_input_tokens, output_tokens, reasoning_tokens, cost_micro_usd, price_date, key_of, is_estimate)
    select p_run_id, e."callId", owner.workspace_id, p_thread_id, owner.user_id, e."agentId", e.model, e.at, e."inputTokens",
      e."cachedInputTokens", e."outputTokens", e."reasoningTokens", e."costMicroUsd", e."priceDate", e."keyOf",
      coalesce(e."isEstimate", false)
    from jsonb_to_recordset(p_entries) as e ("callId" text, "agentId" text, model text, at timestamptz, "inputTokens" bigint,
      "cachedInputTokens" bigint, "outputTokens" bigint, "reasoningTokens" bigint, "costMicroUsd" bigint, "priceDate" date, "keyOf" text,
      "isEstimate" boolean)
    on conflict (run_id, call_id) do nothing
    returning *, (at at time zone 'UTC')::date as day
  ), days as (
    insert into public.usage_days as old (workspace_id, day, user_id, agent_id, model, calls, unpriced_calls, input_tokens,
      cached_input_tokens, output_tokens, reasoning_tokens, cost_micro_usd, estimated_calls)
    select workspace_id, day, user_id, agent_id, model, count(*), count(*) filter (where cost_micro_usd is null), sum(input_tokens),
      sum(cached_input_tokens), sum(output_tokens), sum(reasoning_tokens), coalesce(sum(cost_micro_usd), 0), count(*) filter (where is_estimate)
    from added group by workspace_id, day, user_id, agent_id, model
    order by day, agent_id, model
    on conflict (workspace_id, day, user_id, agent_id, model) do update set
      calls = old.calls + excluded.calls, unpriced_calls = old.unpriced_calls + excluded.unpriced_calls,
      input_tokens = old.input_tokens + excluded.input_tokens,
      cached_input_tokens = old.cached_input_tokens + excluded.cached_input_tokens,
      output_tokens = old.output_tokens + excluded.output_tokens,
      reasoning_tokens = old.reasoning_tokens + excluded.reasoning_tokens,
      cost_micro_usd = old.cost_micro_usd + excluded.cost_micro_usd, estimated_calls = old.estimated_calls + excluded.estimated_calls
  ), thread_days as (
    insert into public.usage_thread_days as old (workspace_id, thread_id, day, user_id, calls, unpriced_calls, input_tokens,
      cached_input_tokens, output_tokens, reasoning_tokens, cost_micro_usd, estimated_calls)
    select workspace_id, thread_id, day, user_id, count(*), count(*) filter (where cost_micro_usd is null), sum(input_tokens),
      sum(cached_input_tokens), sum(output_tokens), sum(reasoning_tokens), coalesce(sum(cost_micro_usd), 0), count(*) filter (where is_estimate)
    from added group by workspace_id, thread_id, day, user_id
    order by day
    on conflict (thread_id, day) do update set
      calls = old.calls + excluded.calls, unpriced_calls = old.unpriced_calls + excluded.unpriced_calls,
      input_tokens = old.input_tokens + excluded.input_tokens,
      cached_input_tokens = old.cached_input_tokens + excluded.cached_input_tokens,
      output_tokens = old.output_tokens + excluded.output_tokens,
      reasoning_tokens = old.reasoning_tokens + excluded.reasoning_tokens,
      cost_micro_usd = old.cost_micro_usd + excluded.cost_micro_usd, estimated_calls = old.estimated_calls + excluded.estimated_calls
  ), thread_months as (
    insert into public.usage_thread_months as old (workspace_id, thread_id, month, user_id, calls, unpriced_calls, input_tokens,
      cached_input_tokens, output_tokens, reasoning_tokens, cost_micro_usd, estimated_calls)
    select workspace_id, thread_id, date_trunc('month', day)::date, user_id, count(*), count(*) filter (where cost_micro_usd is null), sum(input_tokens),
      sum(cached_input_tokens), sum(output_tokens), sum(reasoning_tokens), coalesce(sum(cost_micro_usd), 0), count(*) filter (where is_estimate)
    from added group by 1, 2, 3, 4
    order by 3
    on conflict (thread_id, month) do update set
      calls = old.calls + excluded.calls, unpriced_calls = old.unpriced_calls + excluded.unpriced_calls,
      input_tokens = old.input_tokens + excluded.input_tokens,
      cached_input_tokens = old.cached_input_tokens + excluded.cached_input_tokens,
      output_tokens = old.output_tokens + excluded.output_tokens,
      reasoning_tokens = old.reasoning_tokens + excluded.reasoning_tokens,
      cost_micro_usd = old.cost_micro_usd + excluded.cost_micro_usd, estimated_calls = old.estimated_calls + excluded.estimated_calls
  )
  select count(*) into recorded from added;
  return recorded;
end
$$;

-- The dearest threads of one whole month: read in the order of an index, and left when the page is full.
create function private.dearest_threads(p_workspace_id text, p_month date, p_limit integer, p_after_cost bigint, p_after_key text)
returns setof public.usage_thread_months
language plpgsql stable security invoker
set search_path = ''
as $$
begin
  if exists (select from private.my_workspaces(array['owner', 'admin']) as mine where mine = p_workspace_id) then
    return query
      select * from public.usage_thread_months t
      where t.workspace_id = p_workspace_id and t.month = p_month
        and (p_after_key is null or (- t.cost_micro_usd, t.thread_id collate "C") > (- p_after_cost, p_after_key collate "C"))
      order by - t.cost_micro_usd, t.thread_id collate "C" limit p_limit;
  else
    return query
      select * from public.usage_thread_months t
      where t.workspace_id = p_workspace_id and t.user_id = (select auth.uid()) and t.month = p_month
        and (p_after_key is null or (- t.cost_micro_usd, t.thread_id collate "C") > (- p_after_cost, p_after_key collate "C"))
      order by - t.cost_micro_usd, t.thread_id collate "C" limit p_limit;
  end if;
end
$$;
grant execute on function private.dearest_threads(text, date, integer, bigint, text) to authenticated;

-- As before, and with estimates. Threads of one whole month (or of the month under way until today) are read in order; those of any
-- other days are added up.
drop function public.usage_totals(text, text, date, date, integer, bigint, text);
create function public.usage_totals(p_workspace_id text, p_by text, p_from date, p_to date, p_limit integer,
  p_after_cost bigint default null, p_after_key text default null)
returns table (key text, calls bigint, unpriced_calls bigint, input_tokens bigint, cached_input_tokens bigint,
  output_tokens bigint, reasoning_tokens bigint, cost_micro_usd bigint, estimated_calls bigint)
language plpgsql stable security invoker
set search_path = ''
as $$
#variable_conflict use_column
declare
  first_day date := date_trunc('month', p_from)::date;
  last_day date := (first_day + interval '1 month' - interval '1 day')::date;
  at_most integer := least(greatest(p_limit, 1), 500);
begin
  if p_by = 'thread' and p_from = first_day and p_to between p_from and last_day
     and p_to >= least(last_day, (now() at time zone 'UTC')::date) then
    return query
      select t.thread_id, t.calls, t.unpriced_calls, t.input_tokens, t.cached_input_tokens, t.output_tokens, t.reasoning_tokens,
        t.cost_micro_usd, t.estimated_calls
      from private.dearest_threads(p_workspace_id, first_day, at_most, p_after_cost, p_after_key) t;
    return;
  end if;
  return query
  with rows as (
    select case p_by when 'day' then to_char(d.day, 'YYYY-MM-DD') when 'agent' then d.agent_id when 'user' then d.user_id::text
             else d.model end as key,
           d.calls, d.unpriced_calls, d.input_tokens, d.cached_input_tokens, d.output_tokens, d.reasoning_tokens, d.cost_micro_usd,
           d.estimated_calls
    from public.usage_days d
    where p_by <> 'thread' and d.workspace_id = p_workspace_id and d.day between p_from and p_to
    union all
    select t.thread_id, t.calls, t.unpriced_calls, t.input_tokens, t.cached_input_tokens, t.output_tokens, t.reasoning_tokens,
           t.cost_micro_usd, t.estimated_calls
    from public.usage_thread_days t
    where p_by = 'thread' and t.workspace_id = p_workspace_id and t.day between p_from and p_to
  ), totals as (
    select rows.key, sum(rows.calls)::bigint as calls, sum(rows.unpriced_calls)::bigint as unpriced_calls,
      sum(rows.input_tokens)::bigint as input_tokens, sum(rows.cached_input_tokens)::bigint as cached_input_tokens,
      sum(rows.output_tokens)::bigint as output_tokens, sum(rows.reasoning_tokens)::bigint as reasoning_tokens,
      sum(rows.cost_micro_usd)::bigint as cost_micro_usd, sum(rows.estimated_calls)::bigint as estimated_calls
    from rows group by rows.key
  )
  select t.* from totals t
  where p_after_key is null
     or (p_by = 'day' and t.key collate "C" > p_after_key)
     or (p_by <> 'day' and (t.cost_micro_usd < p_after_cost or (t.cost_micro_usd = p_after_cost and t.key collate "C" > p_after_key)))
  order by case when p_by <> 'day' then t.cost_micro_usd end desc nulls last, t.key collate "C"
  limit at_most;
end
$$;
revoke all on function public.usage_totals(text, text, date, date, integer, bigint, text) from public, anon, authenticated, service_role;
grant execute on function public.usage_totals(text, text, date, date, integer, bigint, text) to authenticated;

-- What one thread took, all months together. No row for a thread that the caller may not see or that took nothing yet.
drop function public.thread_usage(text);
create function public.thread_usage(p_thread_id text)
returns table (calls bigint, unpriced_calls bigint, input_tokens bigint, cached_input_tokens bigint, output_tokens bigint,
  reasoning_tokens bigint, cost_micro_usd bigint, estimated_calls bigint)
language sql stable security invoker
set search_path = ''
as $$
  select sum(t.calls)::bigint, sum(t.unpriced_calls)::bigint, sum(t.input_tokens)::bigint, sum(t.cached_input_tokens)::bigint,
    sum(t.output_tokens)::bigint, sum(t.reasoning_tokens)::bigint, sum(t.cost_micro_usd)::bigint, sum(t.estimated_calls)::bigint
  from public.usage_thread_months t where t.thread_id = p_thread_id having count(*) > 0
$$;
revoke all on function public.thread_usage(text) from public, anon, authenticated, service_role;
grant execute on function public.thread_usage(text) to authenticated;

-- All that binds the caller's model calls with an agent, in one request: {isMember, budgets: [row], prices: [row]}. Whoever does not
-- belong to the workspace is bound by nothing, and must be let spend nothing. The prices are given to the run of a thread also when
-- its owner has left, because what it has spent is still to be billed: so security definer, with its rules written out.
create or replace function public.spend_rules(p_workspace_id text, p_agent_id text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'isMember', p_workspace_id in (select private.my_workspaces()),
    'budgets', (select coalesce(jsonb_agg(to_jsonb(b)), '[]') from public.budgets b
                where b.workspace_id = p_workspace_id and b.workspace_id in (select private.my_workspaces())
                  and (b.scope = 'workspace' or b.user_id = (select auth.uid()) or b.agent_id = p_agent_id)),
    'prices', (select coalesce(jsonb_agg(to_jsonb(p)), '[]') from public.model_prices p
               where p.workspace_id = p_workspace_id
                 and (p.workspace_id in (select private.my_workspaces())
                      or exists (select from public.threads t where t.id = private.run_thread_id()
                                 and t.user_id = (select auth.uid()) and t.workspace_id = p_workspace_id)
                      or exists (select from private.deleted_threads d where d.thread_id = private.run_thread_id()
                                 and d.user_id = (select auth.uid()) and d.workspace_id = p_workspace_id))))
$$;
