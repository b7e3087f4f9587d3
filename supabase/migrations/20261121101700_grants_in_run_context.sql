-- What a run begins with, in one request: the agents that it can reach with all that shapes them, and what its person has
-- granted for good.

create or replace function public.run_context(p_agent_id text) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
declare
  context jsonb := public.agent_context(p_agent_id);
  of_workspace text := context -> 'agents' -> 0 -> 'agent' ->> 'workspace_id';
begin
  if context is null then
    return null;
  end if;
  return context || jsonb_build_object(
    'elsewhere', (
      select coalesce(jsonb_agg(agent -> 'agent' ->> 'id'), '[]') from jsonb_array_elements(context -> 'agents') as agent
      where private.is_own_project_of_mine(of_workspace) and (agent ->> 'memoryCount')::bigint = 0),
    'grants', (
      select coalesce(jsonb_agg(to_jsonb(granted) order by granted.created_at), '[]') from public.tool_grants as granted
      where granted.workspace_id = of_workspace and granted.user_id = auth.uid()));
end
$$;
