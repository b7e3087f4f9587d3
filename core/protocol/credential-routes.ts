import * as z from 'zod';
import { Credential, NewCredential } from './credential.ts';
import { CredentialId, WorkspaceId } from './ids.ts';
import { AvailableProvider } from './model.ts';
import type { Route } from './route.ts';

const ofWorkspace = z.strictObject({ workspaceId: WorkspaceId });
const credential = z.strictObject({ credentialId: CredentialId });

/** Keys of model providers, and the models that they open. The lists are bounded by the providers, so they have no pages. */
export const credentialRoutes = {
  'GET /v1/credentials': {
    access: 'user',
    query: ofWorkspace,
    status: 200,
    reply: z.object({ data: z.array(Credential) }),
  },
  /** Replaces the key of the same workspace, scope and provider, so sending it twice has one effect. */
  'POST /v1/credentials': { access: 'user', body: NewCredential, status: 201, reply: Credential },
  'POST /v1/credentials/{credentialId}/validate': { access: 'user', path: credential, status: 200, reply: Credential },
  'DELETE /v1/credentials/{credentialId}': { access: 'user', path: credential, status: 204, reply: z.undefined() },
  'GET /v1/models': {
    access: 'user',
    query: ofWorkspace,
    status: 200,
    reply: z.object({ data: z.array(AvailableProvider) }),
  },
} as const satisfies Record<string, Route>;
