import * as z from 'zod';
import { ErrorCode } from '#core/protocol/errors.ts';
import { type Route, scopeOf } from '#core/protocol/route.ts';
import { type RouteKey, routeKeys, routes } from '#core/protocol/routes.ts';
import { statusOf } from '../middleware/errors.ts';
import { named } from './openapi-schemas.ts';
import summaries from './route-summaries.json' with { type: 'json' };

type Json = Record<string, unknown>;
type Schemas = Map<string, Json>;

export interface OpenApi extends Json {
  readonly openapi: '3.1.0';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: object;
  };
  readonly paths: Record<string, Record<string, Operation>>;
}

export interface Operation extends Json {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly [string];
  readonly parameters: readonly { name: string; in: 'path' | 'query'; required: boolean; schema: unknown }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, { schema: unknown }> };
  readonly responses: Record<string, unknown>;
}

const description = `Teams of AI agents: workspaces, agents, threads and their runs. Bodies are JSON; fields that a route does not know are refused. Lists are read page by page: give the \`nextCursor\` of a page as \`cursor\` for the next one, null is the last. Errors are problem details (RFC 9457). Times are ISO 8601 in UTC.`;

let made: OpenApi | undefined;

/** This API as an OpenAPI 3.1 document, from the very schemas that requests are parsed by. */
export function openApiOf(version: string): OpenApi {
  if (made?.info.version === version) return made;
  const schemas: Schemas = new Map();
  const paths: OpenApi['paths'] = {};
  for (const key of routeKeys) {
    const [method = '', path = ''] = key.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(key, routes[key], schemas) };
  }
  const problem = jsonSchema(named.Problem, 'output', schemas);
  const document: OpenApi = {
    openapi: '3.1.0',
    info: { title: 'Troupe', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      responses: problemResponses(problem),
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'An access token of Supabase Auth (`POST /auth/v1/signup` or `POST /auth/v1/token?grant_type=password` of its project), or an API key.',
        },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key of a workspace.' },
      },
    },
  };
  made = document;
  return document;
}

function operationOf(key: RouteKey, route: Route, schemas: Schemas): Operation {
  const [method = '', path = ''] = key.split(' ');
  const summary = Object.entries(summaries).find(([route]) => route === key)?.[1] ?? key;
  const parameters = [...parametersOf('path', route.path, schemas), ...parametersOf('query', route.query, schemas)];
  const isPaged = parameters.some(({ name }) => name === 'cursor');
  return {
    operationId: operationId(method, path),
    summary,
    description: [accessOf(key, route), idempotencyOf(method, route), ...(isPaged ? [paging] : [])].join(' '),
    tags: [tagOf(path)],
    parameters,
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: jsonSchema(route.body, 'input', schemas) } },
      },
    }),
    responses: {
      [route.status]: successOf(route, schemas),
      ...Object.fromEntries(
        errorStatuses(route).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
      ),
    },
    ...(route.access === 'public'
      ? { security: [] }
      : { security: [{ accessToken: [] }, ...(route.access === 'user' ? [{ apiKey: [] }] : [])] }),
  };
}

const paging = 'Read it page by page: `nextCursor` is the `cursor` of the next page, and null on the last.';

function accessOf(key: RouteKey, route: Route): string {
  switch (route.access) {
    case 'public':
      return 'Anybody may ask.';
    case 'person':
      return 'For people who have signed in, not for API keys.';
    case 'user':
      return `An API key needs the scope \`${scopeOf(key, route)}\`.`;
  }
}

function idempotencyOf(method: string, { body, reply }: Route): string {
  if (method === 'GET') return 'Changes nothing.';
  if (method !== 'POST') return 'Sent again it changes nothing more.';
  if (!body || !fieldsOf(body).includes('clientRequestId'))
    return 'Sent again it is done again, as far as that is possible.';
  const again = ['secret', 'token'].some((name) => fieldsOf(reply).includes(name))
    ? 'is `already_created`, with the id of what it made'
    : 'answers the same and changes nothing more';
  return `Sent again with the same \`clientRequestId\` (or header \`Idempotency-Key\`) it ${again}; with another content it is \`idempotency_mismatch\`.`;
}

/** The names of a body's fields, behind whatever refines it. */
function fieldsOf(schema: z.ZodType): string[] {
  const { properties } = jsonSchema(schema, 'input', new Map());
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

function parametersOf(place: 'path' | 'query', schema: z.ZodObject | undefined, schemas: Schemas) {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(field, undefined).success,
    schema: jsonSchema(field, 'input', schemas),
  }));
}

function successOf(route: Route, schemas: Schemas): Json {
  if (route.status === 204) return { description: 'Done; there is nothing to say.' };
  const [type = 'application/json'] = (route.contentType ?? 'application/json').split(';');
  return { description: 'Done.', content: { [type]: { schema: jsonSchema(route.reply, 'output', schemas) } } };
}

/** What can come instead: what depends on the request, on who calls, and on how the platform is. */
function errorStatuses({ access, path, query, body }: Route): number[] {
  return [
    ...(path || query || body ? [400] : []),
    ...(access === 'public' ? [] : [401, 403]),
    ...(path ? [404] : []),
    ...(body ? [409, 413] : []),
    ...(access === 'public' ? [] : [429]),
    500,
    503,
  ];
}

function problemResponses(schema: Json): Json {
  const byStatus = Map.groupBy(ErrorCode.options, (code) => statusOf[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      `Problem${status}`,
      {
        description: codes.map((code) => `\`${code}\``).join(', '),
        ...(status === 429 && {
          headers: {
            'Retry-After': { description: 'In how many seconds to come again.', schema: { type: 'integer' } },
            RateLimit: { description: 'What is left of the limit.', schema: { type: 'string' } },
          },
        }),
        content: { 'application/problem+json': { schema } },
      },
    ]),
  );
}

/**
 * A schema as JSON Schema 2020-12. The named ones stand among the components, once for what may be sent (`…Input`) and
 * once for what is answered. What JSON Schema cannot say is left open there; the server checks it all the same.
 */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Schemas): Json {
  const suffix = io === 'input' ? 'Input' : '';
  const {
    $schema: _,
    $defs = {},
    ...body
  } = z.toJSONSchema(schema, {
    io,
    metadata: registry,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // A later version may answer more than this one does.
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const hoisted = (value: unknown): Json =>
    JSON.parse(JSON.stringify(value).replace(/"#\/\$defs\/(\w+)"/g, `"#/components/schemas/$1${suffix}"`));
  for (const [name, definition] of Object.entries($defs)) schemas.set(`${name}${suffix}`, hoisted(definition));
  return hoisted(body);
}

const registry = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });

const operationId = (method: string, path: string): string =>
  [method.toLowerCase(), ...path.split(/[/.]/).filter((part) => part !== '' && part !== 'v1')]
    .map((part) => part.replace(/^\{(\w+)\}$/, 'by-$1').replaceAll(/[^A-Za-z0-9-]/g, ''))
    .join('-');

/** What a route is about: the last part of its path that is a name, but for what is done with it. */
function tagOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== 'v1');
  const [first = 'service', , third] = parts;
  if (!path.startsWith('/v1/')) return 'service';
  return first === 'workspaces' && third !== undefined ? third : first;
}
