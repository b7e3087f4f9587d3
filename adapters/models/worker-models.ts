import { logIds } from '#core/domain/log-ids.ts';
import { platformCredentials } from '#core/domain/platform-credentials.ts';
import type { WorkerEnv } from '#core/env.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { RunContext } from '#core/ports/tool.ts';
import { createCredentialFinder } from '#core/use-cases/find-credential.ts';
import { createCredentialParts } from '../credentials.ts';
import { createModelResolver, type ModelResolver } from './model-resolver.ts';
import type { PaidModel } from './run-engine.ts';

type FindModel = (id: string, context: RunContext) => Promise<PaidModel>;

/** The models that a worker can find: with the keys of workspaces and their members, and those that the deployment lends. */
export function createWorkerModels(env: WorkerEnv, logger: Logger): FindModel {
  const resolver = createModelResolver({
    credentials: createCredentialFinder({ ...createCredentialParts(env), platform: platformCredentials(env) }),
    demoTokensPerSecond: env.DEMO_TOKENS_PER_SECOND,
    allowPrivateServers: env.ALLOW_PRIVATE_MODEL_SERVERS,
  });
  return oncePerAttempt(resolver, logger);
}

/**
 * Asks the resolver once for each model of an attempt at a run, and logs whose key it is. What could not be found is looked for
 * again at the next turn.
 */
export function oncePerAttempt(resolver: ModelResolver, logger: Logger): FindModel {
  const found = new WeakMap<RunContext, Map<string, Promise<PaidModel>>>();

  async function resolve(id: string, context: RunContext): Promise<PaidModel> {
    const { model, origin } = await resolver.resolve({ model: id, ...context });
    logger.info({ ...logIds(context), model: id, keyOf: origin ?? 'nobody' }, 'model found');
    return {
      getResponse: (request) => model.getResponse(request),
      getStreamedResponse: (request) => model.getStreamedResponse(request),
      ...(origin && { keyOf: origin }),
    };
  }

  return (id, context) => {
    const ofAttempt = found.get(context) ?? new Map<string, Promise<PaidModel>>();
    found.set(context, ofAttempt);
    const known = ofAttempt.get(id);
    if (known) return known;
    const asked = resolve(id, context);
    ofAttempt.set(id, asked);
    asked.catch(() => ofAttempt.delete(id));
    return asked;
  };
}
