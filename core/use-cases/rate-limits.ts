import type { Principal } from '../domain/principal.ts';
import type { RateLimit, RateVerdict } from '../domain/rate-limit.ts';
import { PlatformError } from '../errors.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { WorkspaceId } from '../protocol/ids.ts';

type Rate = Omit<RateLimit, 'name'>;

/** How often what may be done: by each caller, and in each workspace by all of its members and keys together. */
export interface RateSettings {
  /** Requests over HTTP, by a person or an API key. */
  readonly requests: Rate;
  readonly anonymousRequests: Rate;
  /** Requests that name the workspace, and all of its API keys. */
  readonly workspaceRequests: Rate;
  /** What is said on sockets, but for runs that are started, and sockets that are opened. */
  readonly messages: Rate;
  readonly anonymousMessages: Rate;
  /** Runs that are started, on either way. */
  readonly runs: Rate;
  readonly anonymousRuns: Rate;
  readonly workspaceRuns: Rate;
}

/** Errors of both: `rate_limited`, which says when to come again, and `unavailable` when it cannot be told: nobody passes then. */
export interface RateLimits {
  /** Counts a request. The answer is what the caller may be told of their limit. */
  request(caller: Principal): Promise<RateVerdict>;
  /** Counts a request for the workspace that it names. A name alone counts for nothing: strangers cannot use up what members have. */
  inWorkspace(caller: Principal, workspaceId: WorkspaceId | undefined): Promise<void>;
  /** Counts a message on a socket, for the caller and for the workspace of an API key. */
  message(caller: Principal): Promise<void>;
  /** Counts a run that is to be started: for the caller at once, for the workspace when that is known and the caller may. */
  run(caller: Principal, workspaceId: WorkspaceId | Promise<WorkspaceId>): Promise<void>;
}

interface RateLimitParts {
  readonly limiter: RateLimiter;
  readonly settings: RateSettings;
  /** Whether somebody belongs to a workspace, as far as is known: a word that is a few minutes old will do. */
  readonly isMember: (caller: Principal, workspaceId: WorkspaceId) => Promise<boolean>;
}

export function createRateLimits({ limiter, settings, isMember }: RateLimitParts): RateLimits {
  async function inWorkspace(workspaceId: WorkspaceId): Promise<void> {
    const limit = { name: 'workspace-requests', ...settings.workspaceRequests };
    assertAllowed(await limiter.take(limit, workspaceId));
  }
  return {
    async request(caller) {
      const rate = caller.isAnonymous ? settings.anonymousRequests : settings.requests;
      return assertAllowed(await limiter.take({ name: 'requests', ...rate }, callerOf(caller)));
    },

    async inWorkspace(caller, workspaceId) {
      const place = caller.kind === 'service' ? caller.workspaceId : workspaceId;
      if (place === undefined) return;
      if (caller.kind === 'person' && !(await isMember(caller, place))) return;
      await inWorkspace(place);
    },
    async message(caller) {
      const rate = caller.isAnonymous ? settings.anonymousMessages : settings.messages;
      assertAllowed(await limiter.take({ name: 'messages', ...rate }, callerOf(caller)));
      if (caller.kind === 'service') await inWorkspace(caller.workspaceId);
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
  'workspace-requests': 'requests in this workspace',
  messages: 'messages',
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
