import type { Model } from '@openai/agents';
import { APIError } from 'openai';
import type { OpenCredential } from '#core/ports/credential-finder.ts';
import type { CredentialOrigin } from '#core/protocol/credential.ts';
import { serverNotAllowedIn } from './guarded-fetch.ts';
import { ModelError } from './model-error.ts';
import { type StreamingModel, translateErrors } from './translated-model.ts';

const whose: Record<CredentialOrigin, string> = {
  user: 'your own key. Put in a valid one under Settings, Models and keys',
  workspace: 'the key of this workspace. An owner or admin can put in a valid one under Settings, Models and keys',
  platform:
    'the key of this deployment. Its operator has to put in a valid one, or the workspace its own under Settings, Models and keys',
};

/** Providers quote keys in their errors, which runs tell and logs keep. Changes the error itself: others hold on to it. */
function hideKey(error: unknown, apiKey: string | null): void {
  if (!apiKey) return;
  for (let at = error; at instanceof Error; at = at.cause) {
    at.message = at.message.replaceAll(apiKey, '[key]');
    if (at.stack) at.stack = at.stack.replaceAll(apiKey, '[key]');
  }
}

/** 403 is no word on the key itself: it may not have this model, or not from here. Google answers 400 where others answer 401. */
const isBadKey = (error: unknown): boolean =>
  error instanceof APIError &&
  (error.status === 401 || (error.status === 400 && error.message.includes('API key not valid')));

/**
 * A model whose refusal of a key says whose key it was and where to change it, and that of a server says why. No error of it has the
 * key in its text, whatever the provider says. `noteRefused` is told of a key that is no good at all.
 */
export function explainRefusals(
  model: StreamingModel,
  {
    label,
    origin,
    apiKey,
    noteRefused = async () => {},
  }: { label: string } & Pick<OpenCredential, 'origin' | 'apiKey' | 'noteRefused'>,
): Model {
  return translateErrors(model, async (error) => {
    hideKey(error, apiKey);
    const notAllowed = serverNotAllowedIn(error);
    if (notAllowed) return new ModelError('model_refused_request', notAllowed.message);
    if (isBadKey(error)) {
      // Of use to people later; what the run tells them now does not wait for a store that does not answer.
      await noteRefused().catch(() => {});
    }
    if (isBadKey(error) || (error instanceof APIError && error.status === 403)) {
      return new ModelError('model_key_refused', `${label} refused ${whose[origin]}.`, { cause: error });
    }
    return error;
  });
}
