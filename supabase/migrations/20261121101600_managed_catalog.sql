-- What platform admins need to look after the catalog: the whole of it with its drafts, and that they are one.

-- The caller, as in who_acts, and whether they are a platform admin: {id, email, isAnonymous, isPlatformAdmin, name, …}.
create or replace function public.me() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'id', u.id,
    'email', nullif(u.email, ''),
    'isAnonymous', u.is_anonymous,
    'isPlatformAdmin', private.is_platform_admin(),
    'name', p.name,
    'avatarUrl', p.avatar_url,
    'settings', jsonb_build_object('theme', coalesce(s.theme, 'system'), 'timezone', s.timezone,
      'notifications', coalesce(s.notifications, '{}')),
    'identities', (select coalesce(jsonb_agg(jsonb_build_object('provider', i.provider, 'email', i.identity_data ->> 'email')
        order by i.created_at, i.provider), '[]') from auth.identities i where i.user_id = u.id))
  from auth.users u
    left join public.profiles p on p.id = u.id
    left join public.user_settings s on s.user_id = u.id
  where u.id = auth.uid()
$$;

-- A page of the catalog, by department, heads first, whatever state it is in: [{agent, position, name, role, avatar, draft,
-- published, newest, changed_at}]; draft and published are versions or null, the words those of what is published, else of what
-- is newest. Begins after (p_after_position, p_after_staff, p_after_slug). Errors: 42501 for whoever is no platform admin.
create function public.list_managed_catalog(p_limit integer, p_search text default null, p_after_position integer default null,
  p_after_staff boolean default null, p_after_slug text default null)
returns jsonb
language plpgsql stable security invoker
set search_path = ''
as $$
declare
  query tsquery := private.prefix_query(p_search);
begin
  if not private.is_platform_admin() then
    raise exception 'only platform admins see the whole catalog' using errcode = '42501';
  end if;
  return (
    select coalesce(jsonb_agg(entry order by position, is_staff, slug), '[]') from (
      select d.position, not c.is_head as is_staff, c.slug, jsonb_build_object('agent', to_jsonb(c), 'position', d.position,
          'name', shown.name, 'role', shown.role, 'avatar', shown.avatar,
          'draft', states.draft, 'published', states.published, 'newest', states.newest, 'changed_at', states.changed_at) as entry
      from public.catalog_agents c
        join public.departments d on d.name = c.department
        join lateral (
          select v.name, v.role, v.avatar, v.search from public.catalog_versions v where v.catalog_agent_id = c.id
          order by v.status = 'published' desc, v.version desc limit 1) shown on true
        join lateral (
          select max(v.version) filter (where v.status = 'draft') as draft, max(v.version) filter (where v.status = 'published') as published,
            max(v.version) as newest, max(coalesce(v.published_at, v.created_at)) as changed_at
          from public.catalog_versions v where v.catalog_agent_id = c.id) states on true
      where (query is null or shown.search @@ query)
        and (p_after_slug is null or (d.position, not c.is_head, c.slug) > (p_after_position, p_after_staff, p_after_slug))
      order by d.position, not c.is_head, c.slug
      limit least(greatest(p_limit, 1), 201)
    ) page
  );
end
$$;
revoke all on function public.list_managed_catalog(integer, text, integer, boolean, text) from public, anon, authenticated, service_role;
grant execute on function public.list_managed_catalog(integer, text, integer, boolean, text) to authenticated;
