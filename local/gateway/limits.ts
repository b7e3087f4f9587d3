/** The quotas of API Gateway and Lambda that a client can run into. Tests turn them down; nothing may turn them up. */
export interface GatewayLimits {
  /** HTTP API payload size. */
  httpBodyBytes: number;
  /** Lambda's synchronous answer. */
  lambdaAnswerBytes: number;
  /** HTTP API integration time-out. */
  httpIntegrationMs: number;
  /** WebSocket API integration time-out. */
  socketIntegrationMs: number;
  /** A streaming function URL lasts as long as the function may. */
  streamMs: number;
  /** WebSocket frame from the client. */
  frameBytes: number;
  /** WebSocket message, in both directions. */
  messageBytes: number;
  /** WebSocket idle connection. */
  idleMs: number;
  /** WebSocket connection duration. */
  lifeMs: number;
  /** Ours: a client that reads this many bytes too slowly makes posts answer 429. */
  unsentBytes: number;
  /** Ours: how long `close()` waits for handlers that are still running. */
  shutdownMs: number;
}

/**
 * API Gateway developer guide, "Quotas for configuring and running an HTTP API" (10 MB, 30 s) and "… a WebSocket API"
 * (32 KB frame, 128 KB message, 10 min idle, 2 h, 29 s); Lambda developer guide, "Lambda quotas" (6 MB, 15 min).
 */
const awsLimits: GatewayLimits = {
  httpBodyBytes: 10 * 1024 * 1024,
  lambdaAnswerBytes: 6 * 1024 * 1024,
  httpIntegrationMs: 30_000,
  socketIntegrationMs: 29_000,
  streamMs: 900_000,
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  idleMs: 600_000,
  lifeMs: 7_200_000,
  unsentBytes: 4 * 1024 * 1024,
  shutdownMs: 5_000,
};

/** The AWS limits with some turned down. */
export function limitsWith(lower: Partial<GatewayLimits> = {}): GatewayLimits {
  const limits = { ...awsLimits, ...lower };
  for (const name of Object.keys(awsLimits) as (keyof GatewayLimits)[]) {
    if (limits[name] > awsLimits[name]) throw new Error(`${name} cannot be more than AWS allows (${awsLimits[name]})`);
  }
  return limits;
}
