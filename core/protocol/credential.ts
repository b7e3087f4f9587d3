import * as z from 'zod';
import { ClientRequestId, CredentialId, Timestamp, UserId, WorkspaceId } from './ids.ts';

/** Whose keys can be kept. `openai` also serves `openai-chat`. */
export const CredentialProvider = z.enum([
  'openai',
  'azure',
  'anthropic',
  'google',
  'huggingface',
  'ollama',
  'openai-compatible',
]);
export type CredentialProvider = z.infer<typeof CredentialProvider>;

/** Whose key it is: the member's own, the workspace's, or the deployment's. The first that there is, is taken. */
export const CredentialOrigin = z.enum(['user', 'workspace', 'platform']);
export type CredentialOrigin = z.infer<typeof CredentialOrigin>;

export const CredentialScope = CredentialOrigin.exclude(['platform']);
export type CredentialScope = z.infer<typeof CredentialScope>;

/** What the provider said of the key when it was last asked. */
export const CredentialStatus = z.enum(['valid', 'refused']);
export type CredentialStatus = z.infer<typeof CredentialStatus>;

/** What is told of a key. The key itself is never given out again. */
export const Credential = z.object({
  id: CredentialId,
  workspaceId: WorkspaceId,
  scope: CredentialScope,
  /** Whose it is, in the scope `user`. */
  userId: UserId.nullable(),
  provider: CredentialProvider,
  label: z.string().nullable(),
  /** Null is the provider's own server. */
  baseUrl: z.string().nullable(),
  /** The end of the key, to tell keys apart; null when there is none, or when it is too short to show any of it. */
  lastFour: z.string().nullable(),
  status: CredentialStatus,
  validatedAt: Timestamp,
  /** When a run last asked for it, to the minute. */
  lastUsedAt: Timestamp.nullable(),
  createdAt: Timestamp,
});
export type Credential = z.infer<typeof Credential>;

/** A key as it is put in. Azure, Ollama and OpenAI-compatible servers need `baseUrl`; the last two work without a key. */
export const NewCredential = z.strictObject({
  workspaceId: WorkspaceId,
  scope: CredentialScope.default('workspace'),
  provider: CredentialProvider,
  label: z.string().trim().min(1).max(80).optional(),
  // Printable ASCII: it goes into an HTTP header.
  apiKey: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must be one word of printable ASCII characters')
    .max(4000)
    .optional(),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
  clientRequestId: ClientRequestId.optional(),
});
export type NewCredential = z.infer<typeof NewCredential>;
