import type { Model } from '@openai/agents';
import { APIError } from 'openai';
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

/** A model whose refusal of a key says whose key it was and where to change it, and that of a server says why. */
export function explainRefusals(
  model: StreamingModel,
  { label, origin }: { label: string; origin: CredentialOrigin },
): Model {
  return translateErrors(model, (error) => {
    const notAllowed = serverNotAllowedIn(error);
    if (notAllowed) return new ModelError('model_refused_request', notAllowed.message);
    if (error instanceof APIError && (error.status === 401 || error.status === 403)) {
      return new ModelError('model_key_refused', `${label} refused ${whose[origin]}.`, { cause: error });
    }
    return error;
  });
}
