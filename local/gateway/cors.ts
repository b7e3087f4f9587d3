// CORS as an HTTP API's `corsConfiguration` does it: the gateway answers preflights and replaces the handlers' CORS headers
// (API Gateway developer guide, "Configure CORS for HTTP APIs").

export interface CorsConfiguration {
  /** Exact origins, or `*` for any origin without credentials. */
  allowedOrigins: readonly string[];
  allowedHeaders: readonly string[];
  allowedMethods: readonly string[];
  exposedHeaders?: readonly string[];
  maxAgeSeconds?: number;
  allowCredentials?: boolean;
}

/** Refuses what API Gateway refuses. */
export function checkCors(cors: CorsConfiguration): CorsConfiguration {
  if (cors.allowCredentials && cors.allowedOrigins.includes('*')) {
    throw new Error('CORS: credentials cannot be allowed for the origin *');
  }
  return cors;
}

/** Whether this is a preflight, which never reaches a route. */
export function isPreflight(method: string, headers: Record<string, string[] | undefined>): boolean {
  return method === 'OPTIONS' && Boolean(headers['origin']) && Boolean(headers['access-control-request-method']);
}

/** The headers of a preflight's 204; none for an origin that is not allowed. */
export function preflightHeaders(cors: CorsConfiguration, origin: string | undefined): Record<string, string> {
  const headers = originHeaders(cors, origin);
  if (!headers) return {};
  return {
    ...headers,
    'access-control-allow-methods': cors.allowedMethods.join(','),
    'access-control-allow-headers': cors.allowedHeaders.join(',').toLowerCase(),
    ...(cors.maxAgeSeconds !== undefined && { 'access-control-max-age': String(cors.maxAgeSeconds) }),
  };
}

/** A response's headers with the handler's own CORS headers replaced by the configured ones. */
export function withCors(
  cors: CorsConfiguration,
  origin: string | undefined,
  headers: Record<string, string>,
): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith('access-control-'));
  const exposed = cors.exposedHeaders?.length ? { 'access-control-expose-headers': cors.exposedHeaders.join(',') } : {};
  const added = originHeaders(cors, origin);
  return { ...Object.fromEntries(kept), ...(added && { ...added, ...exposed }) };
}

function originHeaders(cors: CorsConfiguration, origin: string | undefined): Record<string, string> | undefined {
  if (origin === undefined) return undefined;
  if (cors.allowedOrigins.includes('*')) return { 'access-control-allow-origin': '*' };
  if (!cors.allowedOrigins.includes(origin)) return undefined;
  return {
    'access-control-allow-origin': origin,
    vary: 'origin',
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}
