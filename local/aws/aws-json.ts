/**
 * Calls an operation of a stand-in that speaks AWS JSON, without loading an SDK: start-up time is what this saves. The
 * answer of a failed call is thrown as an Error whose name is the service's error name.
 */
export async function callAwsJson(
  service: { url: string; name: 'sqs' | 'dynamodb'; target: string; version: '1.0' | '1.1' },
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: {
      'content-type': `application/x-amz-json-${service.version}`,
      'x-amz-target': `${service.target}.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service.name}/aws4_request, SignedHeaders=host, Signature=local`,
    },
    body: JSON.stringify(input),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (response.ok) return answer;
  const error = new Error(`${operation}: ${answer['message'] ?? answer['Message'] ?? response.status}`);
  error.name =
    String(answer['__type'] ?? 'UnknownError')
      .split('#')
      .at(-1) ?? 'UnknownError';
  throw error;
}
