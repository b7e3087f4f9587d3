import { platformCredentials } from '#core/domain/platform-credentials.ts';

/** Whose machine it is has given it the keys that it has: they are for every workspace on it. */
export const lends = { LEND_PLATFORM_KEYS_TO: 'everyone' } as const;

/** The providers whose keys or servers the workers have; the API lists their models without knowing the keys. */
export const lentBy = (workerEnv: Record<string, string>): string =>
  Object.keys(platformCredentials({ OPENAI_BASE_URL: '', ...lends, ...workerEnv })).join(',');
