// The event of an HTTP API or a function URL, payload format 2.0
// (API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs").
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { RouteMatch } from './routes.ts';

/** What the gateway knows of a request once its body is read. */
export interface RawRequest {
  method: string;
  /** Path and query as received. */
  url: string;
  headers: Record<string, string[] | undefined>;
  body: Buffer;
  sourceIp: string;
  httpVersion: string;
}

/** Builds the event. Header names are lower case, repeated headers and query values are joined with commas. */
export function toHttpEvent(
  request: RawRequest,
  route: Pick<RouteMatch, 'routeKey' | 'pathParameters'>,
  call: { requestId: string; now: Date; apiId: string },
): APIGatewayProxyEventV2 {
  const [rawPath = '/', rawQueryString = ''] = splitOnce(request.url, '?');
  const headers = joinHeaders(request.headers);
  const domainName = headers['host'] ?? 'localhost';
  const cookies = request.headers['cookie']?.flatMap((line) => line.split(/;\s*/)).filter(Boolean);
  const query = joinQuery(rawQueryString);
  const isBase64Encoded = request.body.length > 0 && !isText(request.headers);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath,
    rawQueryString,
    ...(cookies && { cookies }),
    headers,
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: 'anonymous',
      apiId: call.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: call.requestId,
      routeKey: route.routeKey,
      stage: '$default',
      time: commonLogTime(call.now),
      timeEpoch: call.now.getTime(),
    },
    ...(request.body.length > 0 && { body: request.body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    ...(Object.keys(route.pathParameters).length > 0 && { pathParameters: route.pathParameters }),
    isBase64Encoded,
  };
}

/** `12/Mar/2026:19:03:58 +0000`, the time format of every `requestContext`. */
export function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

function joinHeaders(headers: RawRequest['headers']): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, values] of Object.entries(headers)) {
    if (name !== 'cookie' && values) joined[name.toLowerCase()] = values.join(',');
  }
  return joined;
}

function joinQuery(rawQueryString: string): Record<string, string> | undefined {
  if (rawQueryString === '') return undefined;
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    joined[name] = Object.hasOwn(joined, name) ? `${joined[name]},${value}` : value;
  }
  return joined;
}

/** Everything that API Gateway does not know as text, forms included, arrives in base64. */
function isText(headers: RawRequest['headers']): boolean {
  if (headers['content-encoding']?.some((encoding) => encoding !== 'identity')) return false;
  const type = headers['content-type']?.[0]?.split(';')[0]?.trim().toLowerCase();
  return type === undefined || /^(text\/.*|application\/(json|javascript|xml|.*\+json|.*\+xml))$/.test(type);
}

function splitOnce(text: string, separator: string): [string, string] | [string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
