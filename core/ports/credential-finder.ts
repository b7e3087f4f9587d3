import type { CredentialOrigin, CredentialProvider } from '../protocol/credential.ts';
import type { WorkspaceId } from '../protocol/ids.ts';
import type { DataAccess } from './identity.ts';

/** A key, open. It must not get into a log, an event, the journal or a prompt. */
export interface OpenCredential {
  readonly provider: CredentialProvider;
  /** Null for a server that asks for none. */
  readonly apiKey: string | null;
  /** Null is the provider's own server. */
  readonly baseUrl: string | null;
  readonly origin: CredentialOrigin;
  /** Notes that the provider has refused the key. Absent for those of the deployment, which have no settings page. */
  readonly noteRefused?: () => Promise<void>;
}

export interface CredentialRequest {
  readonly provider: CredentialProvider;
  readonly workspaceId: WorkspaceId;
  /** Acts as the user of the run. */
  readonly access: () => Promise<DataAccess>;
}

/**
 * Finds the key with which a run may ask a provider: the user's own, else the workspace's, else the deployment's. Always of
 * this very provider. Null when there is none. Nothing is remembered, so a changed key is the next run's.
 * Errors: `unavailable`; `internal` for a key that cannot be opened. Then no other key is taken instead.
 */
export interface CredentialFinder {
  find(request: CredentialRequest): Promise<OpenCredential | null>;
}
