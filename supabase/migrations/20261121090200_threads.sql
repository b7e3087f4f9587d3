-- Threads are private to their owner, who must still be a member. Runs and items are a projection of the event log:
-- nobody writes them directly, only `project_thread` does (see the next migration).

create table public.threads (
  id text primary key default public.troupe_id('thr') check (private.is_id(id, 'thr')),
  workspace_id text not null references public.workspaces (id) on delete cascade,
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  agent_id text not null,
  title text check (char_length(title) between 1 and 500),
  status text not null default 'active' check (status in ('active', 'locked', 'closed')),
  -- Everything up to this seq of the log is in `items` and `runs`.
  checkpoint_seq bigint not null default 0 check (checkpoint_seq >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (workspace_id, id),
  foreign key (workspace_id, agent_id) references public.agents (workspace_id, id)
);
create index threads_list on public.threads (user_id, workspace_id, updated_at desc, id desc);
create index threads_agent on public.threads (workspace_id, agent_id);

create table public.runs (
  id text primary key check (private.is_id(id, 'run')),
  workspace_id text not null,
  thread_id text not null,
  user_id uuid not null references auth.users (id) on delete cascade,
  agent_id text not null,
  status text not null check (status in ('queued', 'running', 'awaiting_approval', 'awaiting_client_tool', 'awaiting_auth',
    'paused_budget', 'completed', 'failed', 'cancelled', 'timed_out')),
  attempt integer not null default 0 check (attempt >= 0),
  error jsonb,
  usage jsonb,
  queued_seq bigint not null check (queued_seq > 0),
  input_item_id text check (private.is_id(input_item_id, 'itm')),
  retry_of text check (private.is_id(retry_of, 'run')),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (thread_id, id),
  foreign key (workspace_id, thread_id) references public.threads (workspace_id, id) on delete cascade,
  foreign key (workspace_id, agent_id) references public.agents (workspace_id, id)
);
create index runs_thread on public.runs (thread_id, queued_seq);
create index runs_workspace on public.runs (workspace_id, created_at desc, id desc);
create index runs_agent on public.runs (workspace_id, agent_id);
create index runs_user on public.runs (user_id, created_at desc);

create table public.items (
  id text primary key check (private.is_id(id, 'itm')),
  workspace_id text not null,
  thread_id text not null,
  run_id text,
  -- The `queued_seq` of the item's run: a thread reads in the order (run_seq, seq).
  run_seq bigint not null check (run_seq >= 0),
  seq bigint not null check (seq > 0),
  type text not null check (char_length(type) between 1 and 100),
  payload jsonb not null,
  created_at timestamptz not null default now(),
  unique (thread_id, seq),
  foreign key (workspace_id, thread_id) references public.threads (workspace_id, id) on delete cascade,
  foreign key (thread_id, run_id) references public.runs (thread_id, id) on delete cascade
);
create index items_thread on public.items (thread_id, run_seq, seq);
create index items_run on public.items (thread_id, run_id);

create trigger touch_updated_at before update on public.threads for each row execute function private.touch_updated_at();

alter table public.threads enable row level security;
alter table public.threads force row level security;
alter table public.runs enable row level security;
alter table public.runs force row level security;
alter table public.items enable row level security;
alter table public.items force row level security;

revoke all on public.threads, public.runs, public.items from anon, authenticated, service_role;
grant select, insert, update, delete on public.threads to service_role;
grant select on public.runs, public.items to service_role;

grant select,
  insert (id, workspace_id, user_id, agent_id, title, status, created_at, updated_at),
  update (title, status, updated_at),
  delete on public.threads to authenticated;
create policy "all: the owner, while a member" on public.threads for all to authenticated
  using (user_id = (select auth.uid()) and workspace_id in (select private.my_workspaces()))
  with check (user_id = (select auth.uid()) and workspace_id in (select private.my_workspaces()));
-- Runs and items follow: their policies look through this one.
create policy "all: a run sees its own thread only" on public.threads as restrictive for all to authenticated
  using (id = coalesce((select private.run_thread_id()), id))
  with check (id = coalesce((select private.run_thread_id()), id));

grant select on public.runs, public.items to authenticated;
create policy "read: whoever sees the thread" on public.runs for select to authenticated
  using (exists (select from public.threads where threads.id = runs.thread_id));
create policy "read: whoever sees the thread" on public.items for select to authenticated
  using (exists (select from public.threads where threads.id = items.thread_id));
