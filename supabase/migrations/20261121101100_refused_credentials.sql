-- A run says that a provider has refused the key that it was given: whoever may use a key may, as only the platform can say it in their name.
create function public.note_refused_credential(p_id text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  if not private.is_platform() then
    raise exception 'only the platform says what a provider has said' using errcode = '42501';
  end if;
  update public.credentials set status = 'refused', validated_at = now()
  where id = p_id and status <> 'refused' and (user_id = auth.uid() or user_id is null)
    and workspace_id in (select private.my_workspaces());
end
$$;

revoke all on function public.note_refused_credential(text) from public, anon, authenticated, service_role;
grant execute on function public.note_refused_credential(text) to authenticated;
