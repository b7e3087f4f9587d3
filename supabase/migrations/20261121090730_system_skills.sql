-- Skills that come with the platform, in each workspace. Nobody changes or deletes them; an agent has them when they are assigned.

create function private.add_system_skills(p_workspace_id text) returns void
language sql volatile security definer
set search_path = ''
as $$
  insert into public.skills (workspace_id, name, description, content, is_system) values
  (p_workspace_id, 'decision-memo', 'How to write a decision memo: use it when somebody has to choose between options and wants the reasons on one page.',
$skill$# Decision memo

One page that lets a busy person decide. Write it in this order and leave out what is empty.

1. **Decision needed**: one sentence, with the date by which it is needed and who decides.
2. **Recommendation**: one option, in one sentence, and the strongest reason for it.
3. **Options**: two to four, the one of doing nothing among them. For each: what it is, what it costs (money, time, people), what it gains, what could go wrong.
4. **What we know**: facts with their source and date. Keep them apart from opinions.
5. **What we assume**: each assumption, how sure we are (low, medium, high) and how it could be checked cheaply.
6. **What would change our mind**: the sign that the recommendation was wrong, and when we will look for it.

Before you hand it over, check: could somebody who disagrees find their best argument in it? Are all numbers given with unit and period? Is every sentence needed?$skill$, true),
  (p_workspace_id, 'meeting-minutes', 'How to turn notes or a transcript into minutes: use it when somebody hands over what was said in a meeting.',
$skill$# Meeting minutes

From notes or a transcript make minutes that somebody who was absent can act on.

- **Head**: title, date, who was there, who was missing. Only what the notes say.
- **Decisions**: one line each, in the words of the decision, with who made it. If there was none, say so.
- **Actions**: a table of action, one owner, due date. Write "no owner yet" or "no date yet" where the notes are silent; never fill it in.
- **Open questions**: what was raised and not settled, and who could settle it.
- **Discussion**: at most five bullets with the arguments that led to the decisions. No verbatim retelling.

Keep names as they are written. Where the notes contradict themselves, quote both and mark it with "to be checked". End with the questions whose answers would complete the minutes.$skill$, true),
  (p_workspace_id, 'plan-a-project', 'How to plan a piece of work: use it when somebody wants milestones, tasks, estimates or risks for a project.',
$skill$# Plan a project

1. **Outcome**: what will be true when it is done, and how anybody can see it. Ask if it is unclear; a plan for the wrong outcome is worse than none.
2. **Not part of it**: what people might expect and will not get.
3. **Milestones**: three to seven, each a state that can be shown, not an activity. Put the riskiest thing first.
4. **Tasks** for the next milestone only, each of at most three days, with one owner and what it waits for.
5. **Estimates** as a range (likely, and if it goes badly). Say what the range depends on.
6. **Risks**: at most five; for each the early sign, and what is done now to make it smaller.
7. **Rhythm**: when progress is looked at, by whom, and what triggers a new plan.

Count holidays, reviews and waiting for others. If the date is fixed, offer what to leave out instead of a plan that needs luck.$skill$, true)
  on conflict (workspace_id, name) do nothing
$$;

create function private.on_new_workspace() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.add_system_skills(new.id);
  return null;
end
$$;
create trigger troupe_new_workspace after insert on public.workspaces for each row execute function private.on_new_workspace();

select private.add_system_skills(id) from public.workspaces;
