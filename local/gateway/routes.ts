// Route selection of an HTTP API (API Gateway developer guide, "Create routes for HTTP APIs": full match, then greedy, then $default).

/** A route as the infrastructure declares it: `GET /v1/threads/{threadId}`, `ANY /v1/{proxy+}` or `$default`. */
export interface HttpRoute {
  routeKey: string;
  /** The name of the function that serves it. */
  lambda: string;
}

export interface RouteMatch extends HttpRoute {
  /** Decoded path parameters; a greedy one keeps its slashes. */
  pathParameters: Record<string, string>;
}

interface CompiledRoute extends HttpRoute {
  method: string;
  segments: string[];
}

export type RouteTable = readonly CompiledRoute[];

/** Parses the route keys and orders them: the most specific path first, a named method before ANY, `$default` last. */
export function compileRoutes(routes: readonly HttpRoute[]): RouteTable {
  const keys = new Set<string>();
  for (const { routeKey } of routes) {
    if (keys.has(routeKey)) throw new Error(`Route with key ${routeKey} already exists`);
    keys.add(routeKey);
  }
  return routes.map(compile).toSorted(bySpecificity);
}

/** The route of a request, or undefined for a 404. `path` is the path as received, still percent-encoded. */
export function matchRoute(table: RouteTable, method: string, path: string): RouteMatch | undefined {
  const parts = path.split('/').slice(1);
  for (const route of table) {
    if (route.routeKey !== '$default' && route.method !== 'ANY' && route.method !== method) continue;
    const pathParameters = route.routeKey === '$default' ? {} : matchSegments(route.segments, parts);
    if (pathParameters) return { routeKey: route.routeKey, lambda: route.lambda, pathParameters };
  }
  return undefined;
}

function compile(route: HttpRoute): CompiledRoute {
  if (route.routeKey === '$default') return { ...route, method: 'ANY', segments: [] };
  const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(route.routeKey) ?? [];
  if (!method || !path) throw new Error(`"${route.routeKey}" is not a route key: use "METHOD /path" or "$default"`);
  const segments = path.split('/').slice(1);
  if (segments.slice(0, -1).some(isGreedy)) throw new Error(`"${route.routeKey}": only the last segment can be greedy`);
  return { ...route, method, segments };
}

function matchSegments(segments: string[], parts: string[]): Record<string, string> | undefined {
  const greedy = isGreedy(segments.at(-1) ?? '');
  if (greedy ? parts.length < segments.length : parts.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = isGreedy(segment) ? parts.slice(index).join('/') : (parts[index] ?? '');
    if (!isParameter(segment)) {
      if (segment !== part) return undefined;
      continue;
    }
    if (part === '') return undefined;
    parameters[segment.replace(/^\{|\+?\}$/g, '')] = decode(part);
  }
  return parameters;
}

function bySpecificity(a: CompiledRoute, b: CompiledRoute): number {
  if (a.routeKey === '$default' || b.routeKey === '$default')
    return Number(a.routeKey === '$default') - Number(b.routeKey === '$default');
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const difference = rank(a.segments[index]) - rank(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 3;
  if (isGreedy(segment)) return 2;
  return isParameter(segment) ? 1 : 0;
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('}');
}

function isGreedy(segment: string): boolean {
  return segment.endsWith('+}');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray percent sign is passed on as it came.
    return part;
  }
}
