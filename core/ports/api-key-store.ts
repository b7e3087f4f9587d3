import type { ServicePrincipal } from '../domain/principal.ts';
import type { ApiKeyId, WorkspaceId } from '../protocol/ids.ts';
import type { ApiKey, ApiKeyScope } from '../protocol/workspace.ts';
import type { PageOf, PageRequest, RightsAnswer, RightsOutcome } from './directory.ts';
import type { DataAccess } from './identity.ts';

/** The API keys of workspaces. Acts as a user, as Directory does. Errors: as there. */
export interface ApiKeyStore {
  /** Newest first, revoked ones too. */
  apiKeys(access: DataAccess, page: PageRequest): Promise<PageOf<ApiKey>>;
  apiKey(access: DataAccess, apiKeyId: ApiKeyId): Promise<ApiKey | null>;
  /** Keeps only a hash of `secret`, and its last four characters to be recognised by. The key acts as the caller. */
  addApiKey(
    access: DataAccess,
    apiKey: {
      id: ApiKeyId;
      workspaceId: WorkspaceId;
      name: string;
      scopes: readonly ApiKeyScope[];
      secret: string;
      expiresAt?: string | undefined;
    },
  ): Promise<RightsAnswer<{ apiKey: ApiKey }>>;
  /** Again is ok. */
  revokeApiKey(access: DataAccess, workspaceId: WorkspaceId, apiKeyId: ApiKeyId): Promise<RightsOutcome>;
}

/** Tells who a key stands for. Errors: `unauthenticated` for one that is unknown, revoked, too old, or whose member has left. */
export interface ApiKeyVerifier {
  verify(secret: string): Promise<ServicePrincipal>;
}
