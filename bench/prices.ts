/**
 * List prices in USD, us-east-1, without free tiers, as known on 2026-11-21. Sources: the pages "Amazon DynamoDB pricing"
 * (on-demand), "Amazon SQS pricing" (FIFO), "Amazon API Gateway pricing" (WebSocket and HTTP APIs), "AWS Lambda pricing"
 * (arm64), "AWS Fargate pricing" (Linux, arm64) and "Amazon EC2 pricing" (data transfer out to the internet).
 */
export const prices = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  sqsFifoRequest: 0.5e-6,
  socketMessage: 1e-6,
  connectionMinute: 0.25e-6,
  lambdaRequest: 0.2e-6,
  lambdaGbSecond: 0.0000133334,
  transferredGB: 0.09,
  fargateVcpuHour: 0.03238,
  fargateGbHour: 0.00356,
} as const;

/** A socket message is billed in pieces of this size (API Gateway: "metered in 32 KB increments"). */
export const socketMessageBytes = 32 * 1024;
