// Lambda's answer as an HTTP response, payload format 2.0
// (API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs": "Lambda function response for format 2.0").

/** A response that is ready to be written. */
export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
}

/** A handler's answer, understood; undefined when API Gateway would call it malformed and answer 500. */
export function toHttpResponse(answer: unknown): HttpResponse | undefined {
  if (!isRecord(answer) || answer['statusCode'] === undefined) return inferred(answer);
  const statusCode = Number(answer['statusCode']);
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599) return undefined;
  const headers = toHeaders(answer['headers'] ?? {});
  const cookies = answer['cookies'] ?? [];
  const body = answer['body'] ?? '';
  if (!headers || !isStrings(cookies) || typeof body !== 'string') return undefined;
  const encoding = answer['isBase64Encoded'] === true ? 'base64' : 'utf8';
  return {
    statusCode,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers },
    cookies,
    body: Buffer.from(body, encoding),
  };
}

/** What the gateway itself says: `{"message": …}`. */
export function gatewayResponse(
  statusCode: number,
  message: string,
  headers: Record<string, string> = {},
): HttpResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/** Lower-cased header values as strings, or undefined if one is neither string, number nor boolean. */
export function toHeaders(headers: unknown): Record<string, string> | undefined {
  if (!isRecord(headers)) return undefined;
  const converted: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || value === null) continue;
    if (typeof value === 'object') return undefined;
    converted[name.toLowerCase()] = String(value);
  }
  return converted;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function inferred(answer: unknown): HttpResponse {
  const body = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(body) };
}
