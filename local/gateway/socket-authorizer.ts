// A REQUEST authorizer on $connect (API Gateway developer guide, "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers").
import { invokeLambda, type Lambda } from '#local/aws/lambda.ts';
import { isRecord } from './http-response.ts';
import { type ConnectionFacts, type ConnectRequest, connectEvent } from './socket-event.ts';

/** Who decides before `$connect` runs. */
export interface SocketAuthorizer {
  lambda: string;
  /** `route.request.header.Name` or `route.request.querystring.name`; all must be present, or the answer is 401. */
  identitySources: readonly string[];
}

export type Authorization =
  | { allowed: true; context: Record<string, unknown> }
  | { allowed: false; statusCode: 401 | 403 | 500; error?: unknown };

/** Whether every identity source is there and not empty. */
export function hasIdentity(sources: readonly string[], request: ConnectRequest): boolean {
  return sources.every((source) => {
    const [, kind, name] = /^route\.request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
    if (!kind || !name) throw new Error(`"${source}" is not an identity source this gateway knows`);
    const values = kind === 'header' ? request.headers : (request.queryStringParameters ?? {});
    const same =
      kind === 'header' ? (key: string) => key.toLowerCase() === name.toLowerCase() : (key: string) => key === name;
    return Object.entries(values).some(([key, value]) => same(key) && value !== '');
  });
}

/** Asks the authorizer function; it may throw `Unauthorized` for a 401. */
export async function authorize(
  lambda: Lambda,
  connection: ConnectionFacts,
  request: ConnectRequest,
  limitMs: number,
): Promise<Authorization> {
  const arn = `arn:aws:execute-api:us-east-1:000000000000:${connection.apiId}/${connection.stage}/$connect`;
  const event = { type: 'REQUEST', methodArn: arn, ...connectEvent(connection, request) };
  const outcome = await invokeLambda(lambda, event, limitMs);
  if (outcome.status === 'timed_out')
    return { allowed: false, statusCode: 500, error: new Error('the authorizer timed out') };
  if (outcome.status === 'ok') return decide(outcome.value);
  const unauthorized = outcome.error instanceof Error && outcome.error.message === 'Unauthorized';
  return unauthorized ? { allowed: false, statusCode: 401 } : { allowed: false, statusCode: 500, error: outcome.error };
}

/** Reads the policy in an authorizer's answer: one Deny refuses, and without an Allow nothing is allowed. */
export function decide(answer: unknown): Authorization {
  if (!isRecord(answer) || !isRecord(answer['policyDocument'])) return { allowed: false, statusCode: 500 };
  const listed = answer['policyDocument']['Statement'];
  const statements = Array.isArray(listed) ? listed : [listed];
  const effects = statements.map((statement) => (isRecord(statement) ? statement['Effect'] : undefined));
  if (effects.includes('Deny') || !effects.includes('Allow')) return { allowed: false, statusCode: 403 };
  const context = isRecord(answer['context']) ? answer['context'] : {};
  return { allowed: true, context: { principalId: answer['principalId'], integrationLatency: 0, ...context } };
}
