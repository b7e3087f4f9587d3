import type { Principal } from '../domain/principal.ts';
import { notFound, PlatformError } from '../errors.ts';
import type { Directory } from '../ports/directory.ts';
import type { GuidanceStores } from '../ports/guidance-store.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { AgentId, ClientRequestId, RuleId, SkillId, WorkspaceId } from '../protocol/ids.ts';
import type { Memory } from '../protocol/memory.ts';
import type { Rule, RuleContent, RuleDraft } from '../protocol/rule.ts';
import type { Skill, SkillContent, SkillEntry } from '../protocol/skill.ts';
import type { Deps, Team } from './deps.ts';
import { idOnce, type Once, type OnceDeps } from './once.ts';
import { announceChange, enterWorkspace } from './rights.ts';

export interface GuidanceDeps extends Pick<Deps, 'minter' | 'publisher' | 'newId'>, GuidanceStores, OnceDeps {
  readonly agents: Team['agents'];
  readonly directory: Directory;
}

/** Errors: `not_found`, `forbidden`, `conflict` for an agent of elsewhere, `idempotency_mismatch`. */
export async function addRule(
  deps: GuidanceDeps,
  caller: Principal,
  draft: RuleDraft & { clientRequestId?: ClientRequestId | undefined },
): Promise<Rule> {
  const { access } = await enterWorkspace(deps, caller, draft.workspaceId, 'agents.manage');
  const rule = await deps.rules.add(access, { ...draft, id: deps.newId('rul') });
  await announceChange(deps, draft.workspaceId, 'agents');
  return rule;
}

/** Errors: `not_found`, `forbidden`. */
export async function changeRule(
  deps: GuidanceDeps,
  caller: Principal,
  ruleId: RuleId,
  content: RuleContent,
): Promise<Rule> {
  const { access, workspaceId } = await managed(deps, caller, 'rule', ruleId, deps.rules.get);
  const rule = await deps.rules.update(access, ruleId, content);
  if (!rule) throw notFound('rule', ruleId);
  await announceChange(deps, workspaceId, 'agents');
  return rule;
}

/** Errors: `not_found`, `forbidden`. */
export async function removeRule(deps: GuidanceDeps, caller: Principal, ruleId: RuleId): Promise<void> {
  const { access, workspaceId } = await managed(deps, caller, 'rule', ruleId, deps.rules.get);
  if (!(await deps.rules.remove(access, ruleId))) throw notFound('rule', ruleId);
  await announceChange(deps, workspaceId, 'agents');
}

/** Errors: `not_found`, `forbidden`, `conflict` for a name that is taken, `idempotency_mismatch`. */
export async function addSkill(
  deps: GuidanceDeps,
  caller: Principal,
  { clientRequestId, ...skill }: SkillContent & { workspaceId: WorkspaceId } & Once,
): Promise<Skill> {
  const { access } = await enterWorkspace(deps, caller, skill.workspaceId, 'agents.manage');
  const { id, isRepeat } = await idOnce(deps, caller, 'skl', { clientRequestId, ...skill });
  const made = isRepeat ? await deps.skills.get(access, id) : null;
  if (made) return made;
  const added = await deps.skills.add(access, { ...skill, id });
  await announceChange(deps, skill.workspaceId, 'agents');
  return added;
}

/** Errors: `not_found`. */
export async function findSkill(deps: GuidanceDeps, caller: Principal, skillId: SkillId): Promise<Skill> {
  const skill = await deps.skills.get(await deps.minter.forUser(caller), skillId);
  if (!skill) throw notFound('skill', skillId);
  return skill;
}

/** Errors: `not_found`, `forbidden`, also for a skill of the platform's own; `conflict` for a name that is taken. */
export async function changeSkill(
  deps: GuidanceDeps,
  caller: Principal,
  skillId: SkillId,
  content: { [Field in keyof SkillContent]?: SkillContent[Field] | undefined },
): Promise<Skill> {
  const { access, workspaceId, found } = await managed(deps, caller, 'skill', skillId, deps.skills.get);
  assertOwn(found);
  const skill = await deps.skills.update(access, skillId, {
    name: content.name ?? found.name,
    description: content.description ?? found.description,
    content: content.content ?? found.content,
  });
  if (!skill) throw notFound('skill', skillId);
  await announceChange(deps, workspaceId, 'agents');
  return skill;
}

/** Errors: `not_found`, `forbidden`, also for a skill of the platform's own. */
export async function removeSkill(deps: GuidanceDeps, caller: Principal, skillId: SkillId): Promise<void> {
  const { access, workspaceId, found } = await managed(deps, caller, 'skill', skillId, deps.skills.get);
  assertOwn(found);
  if (!(await deps.skills.remove(access, skillId))) throw notFound('skill', skillId);
  await announceChange(deps, workspaceId, 'agents');
}

/** Gives an agent these skills and no others; those that it then has. Errors: `not_found`, `forbidden`, `conflict` for a skill of elsewhere. */
export async function assignSkills(
  deps: GuidanceDeps,
  caller: Principal,
  agentId: AgentId,
  skillIds: readonly SkillId[],
): Promise<{ data: SkillEntry[] }> {
  const { access, workspaceId } = await managed(deps, caller, 'agent', agentId, deps.agents.get);
  await deps.skills.assign(access, agentId, skillIds);
  await announceChange(deps, workspaceId, 'agents');
  return { data: (await deps.skills.list(access, { workspaceId, agentId, limit: 200 })).data };
}

/** Errors: `not_found`. */
export async function readMemory(
  deps: GuidanceDeps,
  caller: Principal,
  agentId: AgentId,
  path: string,
): Promise<Memory> {
  const memory = await deps.memories.read(await deps.minter.forUser(caller), agentId, path);
  if (!memory) throw notFound('memory', path);
  return memory;
}

/** Errors: `not_found`, `forbidden`, `input_too_large` when the agent has no room for it. */
export async function writeMemory(
  deps: GuidanceDeps,
  caller: Principal,
  agentId: AgentId,
  { path, content }: { path: string; content: string },
): Promise<Memory> {
  const { access } = await managed(deps, caller, 'agent', agentId, deps.agents.get);
  return deps.memories.write(access, agentId, path, content);
}

/** Errors: `not_found`, `forbidden`. */
export async function removeMemory(
  deps: GuidanceDeps,
  caller: Principal,
  agentId: AgentId,
  path: string,
): Promise<void> {
  const { access } = await managed(deps, caller, 'agent', agentId, deps.agents.get);
  if (!(await deps.memories.remove(access, agentId, path))) throw notFound('memory', path);
}

/** A thing that the caller sees and may change. Errors: `not_found`, `forbidden`. */
async function managed<Id extends string, Thing extends { readonly workspaceId: WorkspaceId }>(
  deps: GuidanceDeps,
  caller: Principal,
  kind: string,
  id: Id,
  get: (access: DataAccess, id: Id) => Promise<Thing | null>,
): Promise<{ access: DataAccess; workspaceId: WorkspaceId; found: Thing }> {
  const found = await get(await deps.minter.forUser(caller), id);
  if (!found) throw notFound(kind, id);
  const { workspaceId } = found;
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'agents.manage');
  return { access, workspaceId, found };
}

function assertOwn({ isSystem }: Skill): void {
  if (isSystem)
    throw new PlatformError(
      'forbidden',
      'This skill comes with the platform and cannot be changed. Copy it under another name.',
    );
}
