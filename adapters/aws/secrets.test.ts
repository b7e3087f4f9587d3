import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it, vi } from 'vitest';
import { resolveSecrets } from './secrets.ts';

function clientWith(secrets: Record<string, string>) {
  const client = new SecretsManagerClient({ region: 'us-east-1' });
  const send = vi.spyOn(client, 'send').mockImplementation(async ({ input }) => {
    const name = 'SecretId' in input ? String(input.SecretId) : '';
    return { SecretString: secrets[name], $metadata: {} };
  });
  return { client, send };
}

it('puts the secrets that the environment names into it, and leaves the rest', async () => {
  const { client } = clientWith({ 'arn:jwt': 'the secret', 'arn:openai': 'the key' });
  const env = {
    SUPABASE_JWT_SECRET_ARN: 'arn:jwt',
    OPENAI_API_KEY_ARN: 'arn:openai',
    STAGE: 'dev',
    OTHER_ARN: 'arn:x',
  };

  expect(await resolveSecrets(env, { client })).toEqual({
    ...env,
    SUPABASE_JWT_SECRET: 'the secret',
    OPENAI_API_KEY: 'the key',
  });
});

it('asks for nothing that is set or not named', async () => {
  const { client, send } = clientWith({});
  const env = { SUPABASE_JWT_SECRET: 'set', SUPABASE_JWT_SECRET_ARN: 'arn:jwt' };

  expect(await resolveSecrets(env, { client })).toEqual(env);
  expect(await resolveSecrets({}, { client })).toEqual({});
  expect(send).not.toHaveBeenCalled();
});

it('fails when a secret is empty, naming it', async () => {
  const { client } = clientWith({});

  await expect(resolveSecrets({ OPENAI_API_KEY_ARN: 'arn:openai' }, { client })).rejects.toThrow('OPENAI_API_KEY');
});
