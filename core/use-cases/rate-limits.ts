import type { Principal } from '../domain/principal.ts';
import type { RateLimit, RateVerdict } from '../domain/rate-limit.ts';
import { PlatformError } from '../errors.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { WorkspaceId } from '../protocol/ids.ts';

type Rate = Omit<RateLimit, 'name'>;

/** How often what may be done; each of them by each caller, and in each workspace. */
export interface RateSettings {
  /** Requests over HTTP, by a person or an API key. */
  readonly requests: Rate;
  readonly anonymousRequests: Rate;
  /** Runs that are started, on either way. */
  readonly runs: Rate;
  readonly anonymousRuns: Rate;
  readonly workspaceRuns: Rate;
}

/** Errors of both: `rate_limited`, which says when to come again, and `unavailable` when it cannot be told: nobody passes then. */
export interface RateLimits {
  /** Counts a request. The answer is what the caller may be told of their limit. */
  request(caller: Principal): Promise<RateVerdict>;
  /** Counts a run that is to be started: for the caller at once, for the workspace when that is known and the caller may. */
  run(caller: Principal, workspaceId: WorkspaceId | Promise<WorkspaceId>): Promise<void>;
}

export function createRateLimits({ limiter, settings }: { limiter: RateLimiter; settings: RateSettings }): RateLimits {
  return {
    async request(caller) {
      const rate = caller.isAnonymous ? settings.anonymousRequests : settings.requests;
      return assertAllowed(await limiter.take({ name: 'requests', ...rate }, callerOf(caller)));
    },

    async run(caller, workspaceId) {
      const rate = caller.isAnonymous ? settings.anonymousRuns : settings.runs;
      assertAllowed(await limiter.take({ name: 'runs', ...rate }, callerOf(caller)));
      assertAllowed(await limiter.take({ name: 'workspace-runs', ...settings.workspaceRuns }, await workspaceId));
    },
  };
}

/** An API key has buckets of its own: its maker is not stopped by it. */
const callerOf = (caller: Principal): string =>
  caller.kind === 'service' ? `key:${caller.apiKeyId}` : `user:${caller.userId}`;

const whatOf: Record<string, string> = {
  requests: 'requests',
  runs: 'runs',
  'workspace-runs': 'runs in this workspace',
};

function assertAllowed(verdict: RateVerdict): RateVerdict {
  if (verdict.allowed) return verdict;
  const { name, count, seconds } = verdict.limit;
  throw new PlatformError(
    'rate_limited',
    `Too many ${whatOf[name] ?? name}: ${count} in ${seconds} s are allowed. Try again in ${verdict.retryAfterSeconds} s.`,
    { rate: verdict },
  );
}
