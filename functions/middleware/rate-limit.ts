import type { RateVerdict } from '#core/domain/rate-limit.ts';

/** What a caller is told of their limit (draft-ietf-httpapi-ratelimit-headers-10): what it is, and how much of it is left. */
export const rateHeaders = ({ limit, remaining, resetSeconds }: RateVerdict): Record<string, string> => ({
  'ratelimit-policy': `"${limit.name}";q=${limit.count};w=${limit.seconds}`,
  ratelimit: `"${limit.name}";r=${remaining};t=${resetSeconds}`,
});
