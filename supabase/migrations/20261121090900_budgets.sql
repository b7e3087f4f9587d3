-- What a workspace lets its people and agents spend, and what its models cost where no list says so.
-- Amounts are in millionths of a US dollar. What has been spent is counted outside (the counters that the run engine asks);
-- the ledger of the next migration is where a counter begins.

create table public.budgets (
  id text primary key default public.troupe_id('bdg') check (private.is_id(id, 'bdg')),
  workspace_id text not null references public.workspaces (id) on delete cascade,
  scope text not null check (scope in ('workspace', 'user', 'agent')),
  user_id uuid,
  agent_id text,
  -- Days and months begin at midnight UTC; `total` never begins anew.
  period text not null check (period in ('day', 'month', 'total')),
  limit_micro_usd bigint not null check (limit_micro_usd between 0 and 1000000000000),
  created_by uuid default auth.uid() references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((scope = 'user') = (user_id is not null) and (scope = 'agent') = (agent_id is not null)),
  unique nulls not distinct (workspace_id, scope, user_id, agent_id, period),
  foreign key (workspace_id, user_id) references public.members (workspace_id, user_id) on delete cascade,
  foreign key (workspace_id, agent_id) references public.agents (workspace_id, id) on delete cascade
);
create index budgets_user on public.budgets (workspace_id, user_id);
create index budgets_agent on public.budgets (workspace_id, agent_id);
create index budgets_created_by on public.budgets (created_by);
create trigger touch_updated_at before update on public.budgets for each row execute function private.touch_updated_at();

-- US dollars per million tokens, from a day (UTC) on.
create table public.model_prices (
  workspace_id text not null references public.workspaces (id) on delete cascade,
  model text not null check (model ~ '^[^/]+/.+$' and char_length(model) <= 200),
  valid_from date not null,
  input_usd numeric(12, 6) not null check (input_usd >= 0),
  cached_input_usd numeric(12, 6) not null check (cached_input_usd >= 0),
  output_usd numeric(12, 6) not null check (output_usd >= 0),
  created_at timestamptz not null default now(),
  primary key (workspace_id, model, valid_from)
);

alter table public.budgets enable row level security;
alter table public.budgets force row level security;
alter table public.model_prices enable row level security;
alter table public.model_prices force row level security;
revoke all on public.budgets, public.model_prices from anon, authenticated, service_role;
grant select, insert, update, delete on public.budgets, public.model_prices to service_role;

grant select,
  insert (workspace_id, scope, user_id, agent_id, period, limit_micro_usd),
  update (limit_micro_usd),
  delete on public.budgets to authenticated;
create policy "read: members, but not the budgets of other people" on public.budgets for select to authenticated
  using (workspace_id in (select private.my_workspaces())
         and (user_id is null or user_id = (select auth.uid())
              or workspace_id in (select private.my_workspaces(array['owner', 'admin']))));
create policy "insert: owners and admins" on public.budgets for insert to authenticated
  with check (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));
create policy "update: owners and admins" on public.budgets for update to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])))
  with check (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));
create policy "delete: owners and admins" on public.budgets for delete to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));

grant select,
  insert (workspace_id, model, valid_from, input_usd, cached_input_usd, output_usd),
  update (input_usd, cached_input_usd, output_usd),
  delete on public.model_prices to authenticated;
create policy "read: members" on public.model_prices for select to authenticated
  using (workspace_id in (select private.my_workspaces()));
create policy "insert: owners and admins" on public.model_prices for insert to authenticated
  with check (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));
create policy "update: owners and admins" on public.model_prices for update to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])))
  with check (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));
create policy "delete: owners and admins" on public.model_prices for delete to authenticated
  using (workspace_id in (select private.my_workspaces(array['owner', 'admin'])));

-- A run is bound by these and reads them; it changes none of them.
create policy "insert: no runs" on public.budgets as restrictive for insert to authenticated
  with check ((select private.run_thread_id()) is null);
create policy "update: no runs" on public.budgets as restrictive for update to authenticated
  using ((select private.run_thread_id()) is null);
create policy "delete: no runs" on public.budgets as restrictive for delete to authenticated
  using ((select private.run_thread_id()) is null);
create policy "insert: no runs" on public.model_prices as restrictive for insert to authenticated
  with check ((select private.run_thread_id()) is null);
create policy "update: no runs" on public.model_prices as restrictive for update to authenticated
  using ((select private.run_thread_id()) is null);
create policy "delete: no runs" on public.model_prices as restrictive for delete to authenticated
  using ((select private.run_thread_id()) is null);

create function private.audit_budget() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  budget public.budgets := case when tg_op = 'DELETE' then old else new end;
begin
  perform private.audit(budget.workspace_id, case when tg_op = 'DELETE' then 'budget.removed' else 'budget.set' end, budget.id,
    jsonb_strip_nulls(jsonb_build_object('scope', budget.scope, 'userId', budget.user_id, 'agentId', budget.agent_id,
      'period', budget.period, 'limitMicroUsd', budget.limit_micro_usd,
      'before', case when tg_op = 'UPDATE' then old.limit_micro_usd end)));
  return null;
end
$$;
create trigger audit_budget after insert or delete or update of limit_micro_usd on public.budgets
  for each row execute function private.audit_budget();

create function private.audit_price() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  price public.model_prices := case when tg_op = 'DELETE' then old else new end;
begin
  perform private.audit(price.workspace_id, case when tg_op = 'DELETE' then 'price.removed' else 'price.set' end, price.model,
    jsonb_build_object('validFrom', price.valid_from, 'input', price.input_usd, 'cachedInput', price.cached_input_usd,
      'output', price.output_usd));
  return null;
end
$$;
create trigger audit_price after insert or update or delete on public.model_prices
  for each row execute function private.audit_price();

-- Sets the one budget of this scope and period. Security invoker: the policies above decide who may. Returns its row.
create function public.put_budget(p_workspace_id text, p_scope text, p_user_id uuid, p_agent_id text, p_period text,
  p_limit_micro_usd bigint) returns public.budgets
language sql volatile security invoker
set search_path = ''
as $$
  insert into public.budgets as old (workspace_id, scope, user_id, agent_id, period, limit_micro_usd)
  values (p_workspace_id, p_scope, p_user_id, p_agent_id, p_period, p_limit_micro_usd)
  on conflict (workspace_id, scope, user_id, agent_id, period) do update set limit_micro_usd = excluded.limit_micro_usd
  returning *
$$;
revoke all on function public.put_budget(text, text, uuid, text, text, bigint) from public, anon, authenticated, service_role;
grant execute on function public.put_budget(text, text, uuid, text, text, bigint) to authenticated;

create function public.put_model_price(p_workspace_id text, p_model text, p_valid_from date, p_input_usd numeric,
  p_cached_input_usd numeric, p_output_usd numeric) returns public.model_prices
language sql volatile security invoker
set search_path = ''
as $$
  insert into public.model_prices as old (workspace_id, model, valid_from, input_usd, cached_input_usd, output_usd)
  values (p_workspace_id, p_model, p_valid_from, p_input_usd, p_cached_input_usd, p_output_usd)
  on conflict (workspace_id, model, valid_from) do update
    set input_usd = excluded.input_usd, cached_input_usd = excluded.cached_input_usd, output_usd = excluded.output_usd
  returning *
$$;
revoke all on function public.put_model_price(text, text, date, numeric, numeric, numeric) from public, anon, authenticated, service_role;
grant execute on function public.put_model_price(text, text, date, numeric, numeric, numeric) to authenticated;

-- All that binds the caller's model calls with an agent, in one request: {budgets: [row], prices: [row]}.
create function public.spend_rules(p_workspace_id text, p_agent_id text) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'budgets', (select coalesce(jsonb_agg(to_jsonb(b)), '[]') from public.budgets b
                where b.workspace_id = p_workspace_id
                  and (b.scope = 'workspace' or b.user_id = (select auth.uid()) or b.agent_id = p_agent_id)),
    'prices', (select coalesce(jsonb_agg(to_jsonb(p)), '[]') from public.model_prices p where p.workspace_id = p_workspace_id))
$$;
revoke all on function public.spend_rules(text, text) from public, anon, authenticated, service_role;
grant execute on function public.spend_rules(text, text) to authenticated;
