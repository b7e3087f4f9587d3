import { PlatformError } from '../errors.ts';
import type { AgentContent } from '../protocol/agent-content.ts';
import type { CredentialProvider } from '../protocol/credential.ts';
import type { ErrorDetail } from '../protocol/errors.ts';
import type { AgentId } from '../protocol/ids.ts';
import { isBuiltinTool } from './builtin-tools.ts';
import { chooseModel, settingsProblem } from './model-choice.ts';

type Checked = Pick<AgentContent, 'model' | 'settings' | 'tools' | 'toolPolicies'> &
  Partial<Pick<AgentContent, 'handoffs' | 'delegates'>>;

export interface AgentSurroundings {
  /** The agent that is changed; null for a new one. */
  readonly agentId: AgentId | null;
  /** Agents of the same workspace, those that handoffs and delegates may name. */
  readonly colleagues: ReadonlySet<AgentId>;
  /** Providers whose credential in this workspace names a server of its own. */
  readonly customServers?: readonly CredentialProvider[];
}

/**
 * What schemas cannot know of an agent that is to be saved: whether its model, tools and colleagues are there. Gives the id of
 * its model, without alias. Errors: `invalid_request`, whose details name everything that is wrong.
 */
export function checkAgent(content: Checked, around: AgentSurroundings): { model: string } {
  const details: ErrorDetail[] = [];
  const model = checkModel(content, around.customServers ?? [], details);
  for (const [index, tool] of content.tools.entries())
    if (!isBuiltinTool(tool)) details.push({ path: `tools.${index}`, message: `there is no tool "${tool}"` });
  for (const tool of Object.keys(content.toolPolicies))
    if (!content.tools.includes(tool))
      details.push({ path: `toolPolicies.${tool}`, message: 'is for a tool that the agent does not have' });
  for (const field of ['handoffs', 'delegates'] as const) {
    for (const [index, target] of (content[field] ?? []).entries()) {
      const path = `${field}.${index}`;
      if (target === around.agentId) details.push({ path, message: 'leads back to the agent itself' });
      else if (!around.colleagues.has(target))
        details.push({ path, message: `there is no agent ${target} in this workspace` });
    }
  }
  if (details.length === 0) return { model };
  const named = details.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new PlatformError('invalid_request', `The agent cannot be saved: ${named}.`, { details });
}

function checkModel(
  { model, settings }: Checked,
  customServers: readonly CredentialProvider[],
  details: ErrorDetail[],
): string {
  if (model === 'default') return model;
  const chosen = chooseModel(model, customServers);
  if (chosen.kind === 'unknown') {
    details.push({ path: 'model', message: chosen.message });
    return model;
  }
  const problem = settingsProblem(chosen, settings);
  if (problem) details.push({ path: 'settings', message: problem });
  return chosen.id;
}
