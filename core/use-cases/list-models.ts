import { modelAliases, modelCatalog } from '../domain/model-catalog.ts';
import { modelProviderNames, modelProviders } from '../domain/model-providers.ts';
import type { Principal } from '../domain/principal.ts';
import type { CredentialStore } from '../ports/credential-store.ts';
import type { CredentialProvider } from '../protocol/credential.ts';
import type { WorkspaceId } from '../protocol/ids.ts';
import type { AvailableProvider } from '../protocol/model.ts';
import { enterWorkspace, type RightsDeps } from './rights.ts';

export interface ListModelsDeps extends RightsDeps {
  readonly credentials: CredentialStore;
  /** Of which providers the deployment lends its own key or server. */
  readonly platformProviders: readonly CredentialProvider[];
}

/** The providers that the caller can work with in a workspace, and their models as far as they are known. Errors: `not_found`. */
export async function listModels(
  { platformProviders, ...deps }: ListModelsDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
): Promise<AvailableProvider[]> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'workspace.read');
  const own = await deps.credentials.providers(access, workspaceId);
  return modelProviderNames.flatMap((provider): AvailableProvider[] => {
    const { label, credential, isOpenEnded } = modelProviders[provider];
    const models = Object.entries(modelCatalog[provider]).map(([name, capabilities]) => {
      const id = `${provider}/${name}`;
      return { id, aliases: aliasesOf(id), capabilities: { ...capabilities } };
    });
    if (credential === null) return [{ provider, label, origin: null, isOpenEnded, models }];
    const found =
      own.find((one) => one.provider === credential && one.origin === 'user') ??
      own.find((one) => one.provider === credential);
    if (found) {
      // What another server has is not in the catalogue.
      const { origin, isCustomServer } = found;
      return [
        { provider, label, origin, isOpenEnded: isOpenEnded || isCustomServer, models: isCustomServer ? [] : models },
      ];
    }
    return platformProviders.includes(credential) ? [{ provider, label, origin: 'platform', isOpenEnded, models }] : [];
  });
}

const aliasesOf = (id: string): string[] =>
  Object.entries(modelAliases).flatMap(([alias, target]) => (target === id ? [alias] : []));
