import { expect, it } from 'vitest';
import { parseEnv, WorkerEnv } from './env.ts';
import { sampleEnv } from './ports/samples.contract.ts';

it('reads numbers, and fills in what may be left out', () => {
  expect(parseEnv(WorkerEnv, { ...sampleEnv, MAX_RUNS: '7', PATH: '/bin' })).toEqual({
    ...sampleEnv,
    STAGE: 'local',
    VERSION: 'dev',
    MAX_RUNS: 7,
    RATE_REQUESTS: { count: 1200, seconds: 60 },
    RATE_REQUESTS_ANONYMOUS: { count: 300, seconds: 60 },
    RATE_REQUESTS_WORKSPACE: { count: 12_000, seconds: 60 },
    RATE_MESSAGES: { count: 600, seconds: 60 },
    RATE_MESSAGES_ANONYMOUS: { count: 200, seconds: 60 },
    RATE_RUNS: { count: 60, seconds: 60 },
    RATE_RUNS_ANONYMOUS: { count: 20, seconds: 3600 },
    RATE_RUNS_WORKSPACE: { count: 600, seconds: 60 },
    POLL_SECONDS: 20,
    LEASE_SECONDS: 18,
    STOP_TIMEOUT_SECONDS: 20,
    DEFAULT_MODEL: 'demo/scripted',
    LEND_PLATFORM_KEYS_TO: 'nobody',
    OPENAI_BASE_URL: 'https://api.openai.com/v1',
    MODEL_TRIES: 7,
    DEMO_TOKENS_PER_SECOND: 40,
    VAULT_KMS_KEYS: [],
    ALLOW_PRIVATE_MODEL_SERVERS: false,
  });
});

it('takes an empty variable for one that is not there', () => {
  expect(parseEnv(WorkerEnv, { ...sampleEnv, OPENAI_API_KEY: '', MAX_RUNS: '' })).toMatchObject({ MAX_RUNS: 50 });
});

it('says all that is wrong at once, and none of the values', () => {
  const wrong = { ...sampleEnv, LOG_TABLE: undefined, SUPABASE_JWT_SECRET: 'hunter2', MAX_RUNS: 'hunter2' };

  expect(() => parseEnv(WorkerEnv, wrong)).toThrow(
    /^The environment of this process is not complete:\n {2}LOG_TABLE: .+\n {2}SUPABASE_JWT_SECRET: .+\n {2}MAX_RUNS: .+$/,
  );
  expect(() => parseEnv(WorkerEnv, wrong)).not.toThrow(/hunter2/);
});
