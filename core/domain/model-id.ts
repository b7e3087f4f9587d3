/** A model by its provider and the provider's own name for it, which may hold slashes. */
export interface ModelId {
  readonly provider: string;
  readonly name: string;
}

/** Parses `provider/model`; null for anything else. */
export function parseModelId(text: string): ModelId | null {
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) return null;
  return { provider: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** The model that an agent works with: its own, or the deployment's for agents that leave the choice to it. */
export const resolveModel = (agentModel: string, deploymentDefault: string): string =>
  agentModel === 'default' ? deploymentDefault : agentModel;
