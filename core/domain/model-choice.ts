import type { ModelSettings } from '../protocol/agent.ts';
import type { CredentialProvider } from '../protocol/credential.ts';
import type { ModelCapabilities } from '../protocol/model.ts';
import { catalogued, modelAliases, modelCatalog, unknownCapabilities } from './model-catalog.ts';
import { type ModelId, parseModelId } from './model-id.ts';
import { isModelProvider, type ModelProviderName, modelProviders } from './model-providers.ts';

export interface ChosenModel {
  readonly kind: 'model';
  /** `provider/model`, without aliases. */
  readonly id: string;
  readonly provider: ModelProviderName;
  /** The provider's own name for it. */
  readonly name: string;
  readonly capabilities: ModelCapabilities;
}

/** There is no such model. `message` is for a person; `suggestions` are ids that look alike, the likest first. */
export interface UnknownModel {
  readonly kind: 'unknown';
  readonly message: string;
  readonly suggestions: readonly string[];
}

/**
 * Whether `text` (an id or an alias) is a model, and which. A provider whose credential names another server than its own,
 * as `customServers` lists them, serves what that server has: its catalogue then only informs.
 */
export function chooseModel(
  text: string,
  customServers: readonly CredentialProvider[] = [],
): ChosenModel | UnknownModel {
  const alias = Object.hasOwn(modelAliases, text) ? modelAliases[text] : undefined;
  const id = parseModelId(alias ?? text);
  if (!id || !isModelProvider(id.provider)) return unknownModel(text);
  const { provider, name } = { provider: id.provider, name: id.name };
  const { credential, isOpenEnded } = modelProviders[provider];
  const known = catalogued(provider, name);
  const isServedElsewhere = credential !== null && customServers.includes(credential);
  if (!known && !isOpenEnded && !isServedElsewhere) return unknownModel(text);
  return { kind: 'model', id: `${provider}/${name}`, provider, name, capabilities: known ?? unknownCapabilities };
}

/** What is wrong with settings for a model; null when nothing is. What nobody knows of a model is not held against it. */
export function settingsProblem({ id, capabilities }: ChosenModel, settings: ModelSettings): string | null {
  const { temperature, reasoning, maxOutputTokens } = capabilities;
  if (settings.temperature !== undefined && temperature === false) return `${id} takes no temperature.`;
  if (settings.reasoningEffort !== undefined && reasoning === false)
    return `${id} does not reason, so it takes no reasoning effort.`;
  if (
    settings.maxOutputTokens !== undefined &&
    maxOutputTokens !== null &&
    settings.maxOutputTokens > maxOutputTokens
  ) {
    return `${id} writes at most ${maxOutputTokens} tokens.`;
  }
  return null;
}

function unknownModel(text: string): UnknownModel {
  const suggestions = nearest(text);
  const hint = suggestions.length > 0 ? ` Did you mean ${suggestions.join(', ')}?` : '';
  return {
    kind: 'unknown',
    message: `There is no model "${text}". Models are named provider/model; the providers are ${Object.keys(modelProviders).join(', ')}.${hint}`,
    suggestions,
  };
}

const known = [
  ...Object.keys(modelAliases),
  ...Object.entries(modelCatalog).flatMap(([provider, models]) =>
    Object.keys(models).map((name) => `${provider}/${name}`),
  ),
];

/** At most three, and none that has more wrong with it than a third of its letters. */
function nearest(text: string): string[] {
  const wanted = text.toLowerCase().slice(0, 100);
  const wantedName = nameOf(wanted);
  return known
    .map((id) => ({
      id,
      distance: Math.min(editDistance(wanted, id), editDistance(wantedName, nameOf(id)) + 1),
    }))
    .filter(({ id, distance }) => distance <= Math.max(2, Math.floor(nameOf(id).length / 3)))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ id }) => id);
}

const nameOf = (id: string): string => {
  const parsed: ModelId | null = parseModelId(id);
  return parsed?.name ?? id;
};

/** How many letters have to be changed, added or left out (Levenshtein). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
