import * as z from 'zod';
import { CredentialOrigin } from './credential.ts';

/** What a model can do. Null is "nobody has said". */
export const ModelCapabilities = z.object({
  tools: z.boolean().nullable(),
  images: z.boolean().nullable(),
  /** It thinks before it answers, and takes a `reasoningEffort`. */
  reasoning: z.boolean().nullable(),
  /** Whether a `temperature` is taken. */
  temperature: z.boolean().nullable(),
  /** Tokens of prompt and answer together. */
  contextWindow: z.number().nullable(),
  maxOutputTokens: z.number().nullable(),
});
export type ModelCapabilities = z.infer<typeof ModelCapabilities>;

export const AvailableModel = z.object({
  /** `provider/model`. */
  id: z.string(),
  aliases: z.array(z.string()),
  capabilities: ModelCapabilities,
});
export type AvailableModel = z.infer<typeof AvailableModel>;

/** A provider that the workspace can work with, because there is a key or none is needed. */
export const AvailableProvider = z.object({
  provider: z.string(),
  label: z.string(),
  /** Whose key a run of the caller's would work with; null when none is needed. */
  origin: CredentialOrigin.nullable(),
  /** Models are taken by whatever name they have there; `models` then has none, or only some. */
  isOpenEnded: z.boolean(),
  models: z.array(AvailableModel),
});
export type AvailableProvider = z.infer<typeof AvailableProvider>;
