// Route selection of a WebSocket API (API Gateway developer guide, "Route selection expression").

/** Chooses the route key of a message, `$default` when the expression finds no string. */
export type SelectRoute = (body: string) => string;

/** Compiles `$request.body.type` and the like; only body paths are known. */
export function compileRouteSelection(expression: string): SelectRoute {
  const path = /^\$request\.body\.([\w.]+)$/.exec(expression)?.[1]?.split('.');
  if (!path) throw new Error(`"${expression}" is not a route selection expression this gateway knows`);
  return (body) => {
    let value = parse(body);
    for (const key of path) value = property(value, key);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '$default';
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // A body that is not JSON belongs to $default.
    return undefined;
  }
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}
