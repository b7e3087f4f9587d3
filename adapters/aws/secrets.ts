import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretNames } from '#core/env.ts';
import { answerOf } from './errors.ts';

type Environment = Record<string, string | undefined>;

/** The environment with the secrets in it whose ARN it names: `X_ARN` becomes `X`. What is set already stays. */
export async function resolveSecrets(
  env: Environment,
  options: { client?: SecretsManagerClient } = {},
): Promise<Environment> {
  const wanted = secretNames.flatMap((name) => {
    const arn = env[`${name}_ARN`];
    return arn && !env[name] ? [{ name, arn }] : [];
  });
  if (wanted.length === 0) return env;
  // Loaded only by processes that have secrets to fetch.
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = options.client ?? new SecretsManagerClient({ maxAttempts: 3 });
  const secrets = await Promise.all(
    wanted.map(async ({ name, arn }) => {
      const reply = await answerOf(`The secret for ${name}`, client.send(new GetSecretValueCommand({ SecretId: arn })));
      if (!reply.SecretString) throw new Error(`The secret for ${name} is empty.`);
      return [name, reply.SecretString];
    }),
  );
  return { ...env, ...Object.fromEntries(secrets) };
}
