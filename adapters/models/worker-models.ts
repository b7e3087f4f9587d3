import { platformCredentials } from '#core/domain/platform-credentials.ts';
import type { WorkerEnv } from '#core/env.ts';
import { createCredentialFinder } from '#core/use-cases/find-credential.ts';
import { createCredentialParts } from '../credentials.ts';
import { createModelResolver, type ModelResolver } from './model-resolver.ts';

/** The models that a worker can find: with the keys of workspaces and their members, and those that the deployment lends. */
export function createWorkerModels(env: WorkerEnv): ModelResolver {
  return createModelResolver({
    credentials: createCredentialFinder({ ...createCredentialParts(env), platform: platformCredentials(env) }),
    demoTokensPerSecond: env.DEMO_TOKENS_PER_SECOND,
    allowPrivateServers: env.ALLOW_PRIVATE_MODEL_SERVERS,
  });
}
