// Invokes a Lambda handler in this process the way the Lambda service would: JSON in, JSON out, a deadline, a context.
import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** Any exported handler: (event, context), or (event, responseStream, context) when it went through `streamifyResponse`. */
export type LambdaHandler = (...parameters: never[]) => unknown;

/** A function as the stand-ins know it. */
export interface Lambda {
  name: string;
  handler: LambdaHandler;
  /** The function's own time-out; Lambda allows 1 s to 15 min (Lambda quotas, "Function timeout"). */
  timeoutMs?: number;
  memoryMb?: number;
}

/** How an invocation ended. `value` is what the caller of the real service would have parsed from the answer's JSON. */
export type Outcome =
  | { status: 'ok'; value: unknown; bytes: number }
  | { status: 'failed'; error: unknown }
  | { status: 'timed_out' };

const defaultTimeoutMs = 900_000;
const region = 'us-east-1';
const accountId = '000000000000';

/** The context object of one invocation (Lambda developer guide, "Using the Lambda context object in Node.js"). */
export function createContext(lambda: Lambda, deadline: number, requestId: string = randomUUID()): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: lambda.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${lambda.name}`,
    memoryLimitInMB: String(lambda.memoryMb ?? 512),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${lambda.name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: callbackRemoved,
    fail: callbackRemoved,
    succeed: callbackRemoved,
  };
}

/**
 * Invokes the handler once and never rejects. `limitMs` is the caller's own limit (an API Gateway integration, say); the
 * shorter of it and the function's time-out applies. The handler of a timed-out invocation cannot be stopped, only ignored.
 */
export async function invokeLambda(lambda: Lambda, event: unknown, limitMs = defaultTimeoutMs): Promise<Outcome> {
  const timeoutMs = Math.min(limitMs, lambda.timeoutMs ?? defaultTimeoutMs);
  const context = createContext(lambda, Date.now() + (lambda.timeoutMs ?? timeoutMs));
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'timed_out' }), timeoutMs);
  });
  try {
    return await Promise.race([run(lambda, event, context), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

async function run(lambda: Lambda, event: unknown, context: Context): Promise<Outcome> {
  try {
    const value: unknown = await Reflect.apply(lambda.handler, undefined, [event, context]);
    const answer = JSON.stringify(value) ?? 'null';
    return { status: 'ok', value: value ?? null, bytes: Buffer.byteLength(answer) };
  } catch (error) {
    return { status: 'failed', error };
  }
}

function callbackRemoved(): never {
  throw new Error('Lambda on Node.js 24 has no callbacks: return a promise.');
}
